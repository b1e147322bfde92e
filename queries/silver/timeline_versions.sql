-- Purpose: what each posting said of its own end, over time.
-- Grain: one row per content version.
-- Inputs: silver.postings.
-- Key: posting_id, valid_from.
-- Parameters: $source.
-- Surprising: list_from is when the list's first posting was posted (or captured): the
-- beginning of a thread.
select
  posting_id,
  valid_from,
  content_hash,
  closes_at,
  list,
  min(coalesce(posted_at, valid_from)) over (partition by list) as list_from,
from silver.postings
where source = $source
order by posting_id, valid_from
