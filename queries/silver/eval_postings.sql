-- Purpose: the newest version of postings, for measuring.
-- Grain: one row per posting.
-- Inputs: silver.postings.
-- Key: posting_id.
-- Parameters: $ids: postings.
select *
from silver.postings
where posting_id in (select unnest($ids::varchar[]))
qualify row_number() over (partition by posting_id order by valid_from desc) = 1
order by posting_id
