-- The companies whose matching postings name a technology.
-- grain: one row per company, the $row_limit with most postings, ties by name
-- inputs: gold.postings, gold.posting_techs
-- key: company_id
-- parameters: $tech_id, $row_limit, and those of serve/_posting_filter
select
    p.company_id,
    max(p.company) as company,
    count(*) as posting_count,
from gold.postings as p
where
    p.company_id is not null
    and p.posting_id in (select t.posting_id from gold.posting_techs as t where t.tech_id = $tech_id::varchar)
    and
    -- include: serve/_posting_filter
group by p.company_id
order by posting_count desc, company, p.company_id
limit $row_limit::bigint
