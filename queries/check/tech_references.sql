-- Purpose: audit: does every technology row belong to a posting version?
-- Grain: one row per broken reference, at most 20.
-- Inputs: silver.posting_techs, silver.postings.
-- Parameters: none.
select
  'posting ' || posting_id || ' version of ' || valid_from || ' names ' || tech_id || ' but is not in silver.postings' as finding,
from silver.posting_techs
anti join silver.postings using (posting_id, valid_from)
limit 20
