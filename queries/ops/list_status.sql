-- Purpose: how fresh is each list?
-- Grain: one row per source and list that was ever read.
-- Inputs: bronze.lists, silver.postings, ops.rejects.
-- Key: source, list.
-- Parameters: none.
with

reads as (
  select
    source,
    list,
    max(read_at) as last_read_at,
    max(read_at) filter (is_complete) as last_complete_at,
    arg_max(posting_count, read_at) as posting_count,
    arg_max(is_complete, read_at) as is_complete,
    arg_max(error, read_at) as error,
  from bronze.lists
  group by source, list
),

refused as (
  select
    source,
    count(*) as reject_count,
  from ops.rejects
  group by source
)

select
  reads.source,
  reads.list,
  last_read_at,
  last_complete_at,
  posting_count,
  is_complete,
  error,
  coalesce(reject_count, 0) as reject_count,
from reads
left join refused using (source)
order by source, list
