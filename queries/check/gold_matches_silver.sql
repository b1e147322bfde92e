-- Purpose: audit: is every silver posting in gold.postings, and no other?
-- Grain: one row per posting that is in one alone, at most 20.
-- Inputs: silver.postings, gold.postings.
-- Parameters: none.
select
  'posting ' || coalesce(s.posting_id, g.posting_id) || if(g.posting_id is null, ' is missing from gold.postings', ' is not in silver.postings') as finding,
from (select distinct posting_id from silver.postings) as s
full join gold.postings as g on g.posting_id = s.posting_id
where s.posting_id is null or g.posting_id is null
limit 20
