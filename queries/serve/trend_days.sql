-- The first and the last calendar day that technologies were counted on.
-- grain: one row; both null before the first
-- inputs: gold.tech_daily
-- key: none
-- parameters: none
select
    min(d.date) as first_date,
    max(d.date) as last_date,
from gold.tech_daily as d
where d.role = '*' and d.source = '*'
