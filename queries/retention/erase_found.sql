-- Purpose: where does a posting come from, and since when is it known?
-- Grain: one row per source and board's id, at most one.
-- Inputs: bronze.postings, silver.postings.
-- Parameters: $posting_id.
select
  source,
  board_id,
  min(met_at) as first_at,
  any_value(url) as url,
from (
  select source, board_id, captured_at as met_at, url
  from bronze.postings
  where posting_id = $posting_id
  union all
  select source, board_id, valid_from as met_at, url
  from silver.postings
  where posting_id = $posting_id
)
group by source, board_id
