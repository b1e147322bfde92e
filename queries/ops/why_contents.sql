-- Purpose: what a posting said, version by version.
-- Grain: one row per version.
-- Inputs: silver.postings.
-- Key: valid_from.
-- Parameters: $posting_id.
select
  valid_from,
  content_hash,
  title,
from silver.postings
where posting_id = $posting_id::varchar
order by valid_from
