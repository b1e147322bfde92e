-- The technologies that a company's postings name, those of most open postings first.
-- grain: one row per technology, at most $row_limit
-- inputs: gold.company_techs
-- key: tech_id
-- parameters: $company_id, $row_limit
-- tech_count is how many technologies there are in all.
select
    t.tech_id,
    t.tech,
    t.open_count,
    t.posting_count,
    count(*) over () as tech_count,
from gold.company_techs as t
where t.company_id = $company_id::varchar
order by t.open_count desc, t.posting_count desc, t.tech, t.tech_id
limit $row_limit::bigint
