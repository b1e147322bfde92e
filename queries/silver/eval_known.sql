-- Purpose: which postings the lake knows, and when its boards were first and last read.
-- Grain: one row per posting; the instants are the same in all.
-- Inputs: silver.postings, bronze.lists.
-- Key: posting_id.
-- Parameters: none.
select
  posting_id,
  (select min(read_at) from bronze.lists) as first_read_at,
  (select max(read_at) from bronze.lists where is_complete) as last_read_at,
from silver.postings
group by posting_id
order by posting_id
