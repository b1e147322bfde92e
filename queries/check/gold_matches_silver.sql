-- Purpose: audit: is every silver posting in gold.postings, and no other?
-- Grain: one row per posting that is in one alone, at most 20.
-- Inputs: silver.postings, gold.postings.
-- Parameters: none.
-- Surprising: two anti-joins take a quarter of the time of a full join.
select
  'posting ' || posting_id || ' is missing from gold.postings' as finding,
from (
  select distinct posting_id
  from silver.postings
  anti join gold.postings using (posting_id)
)
union all
select
  'posting ' || posting_id || ' is not in silver.postings' as finding,
from gold.postings
anti join silver.postings using (posting_id)
limit 20
