-- Purpose: which technologies a company asks for.
-- Grain: one row per company and technology.
-- Inputs: gold.postings, gold.posting_techs.
-- Key: company_id, tech_id.
-- Parameters: none.
select
  postings.company_id,
  techs.tech_id,
  any_value(techs.tech) as tech,
  count(*) filter (postings.status = 'open' and postings.duplicate_of is null) as open_count,
  count(*) as posting_count,
from gold.posting_techs as techs
join gold.postings as postings using (posting_id)
where postings.company_id is not null
group by postings.company_id, techs.tech_id
order by postings.company_id, techs.tech_id
