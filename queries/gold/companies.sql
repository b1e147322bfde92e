-- Purpose: who is hiring.
-- Grain: one row per company that ever posted.
-- Inputs: gold.postings.
-- Key: company_id.
-- Parameters: none.
-- Surprising: a company has the name that its newest posting writes; of several that are
-- as new, the one of the highest id.
select
  company_id,
  arg_max(company, (first_seen_at, posting_id)) as company,
  count(*) filter (status = 'open' and duplicate_of is null) as open_count,
  count(*) as posting_count,
  min(first_seen_at) as first_seen_at,
from gold.postings
where company_id is not null
group by company_id
order by company_id
