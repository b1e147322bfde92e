-- Purpose: the texts of postings that are to be compared.
-- Grain: one row per row of duplicates_compared.
-- Inputs: silver.postings, duplicates_compared (the session's own: what is to be compared).
-- Key: number.
-- Parameters: none.
select
  compared.number,
  duties,
  concat_ws(chr(10), requirements, preferred) as wants,
  concat_ws(chr(10), process, benefits, about) as terms,
from silver.postings
join duplicates_compared as compared using (posting_id, valid_from)
