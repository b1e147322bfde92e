-- Purpose: audit: does each content version differ from the one before?
-- Grain: one row per version that repeats its neighbour, at most 20.
-- Inputs: silver.postings.
-- Parameters: none.
select
  'posting ' || posting_id || ' version of ' || valid_from || ' repeats the content before it' as finding,
from silver.postings
qualify content_hash = lag(content_hash) over (partition by posting_id order by valid_from)
limit 20
