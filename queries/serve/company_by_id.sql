-- One company: what it is called and how much it posts.
-- grain: one row per company, at most one
-- inputs: gold.companies
-- key: company_id
-- parameters: $company_id
select
    c.company_id,
    c.company,
    c.open_count,
    c.posting_count,
    c.first_seen_at
from gold.companies as c
where c.company_id = $company_id::varchar
