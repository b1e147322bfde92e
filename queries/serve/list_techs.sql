-- How many matching postings name each technology: the counts beside the dictionary.
-- grain: one row per technology that a matching posting names
-- inputs: gold.postings, gold.posting_techs
-- key: tech_id
-- parameters: those of serve/_posting_filter
-- A posting names a technology in one row, so rows are postings.
with matching as (
    select
        p.posting_id,
        p.company_id,
    from gold.postings as p
    where
        -- include: serve/_posting_filter
)

select
    t.tech_id,
    max(t.tech) as tech,
    max(t.category) as category,
    count(*) as posting_count,
    count(*) filter (where t.need = 'required') as required_count,
    count(distinct m.company_id) as company_count,
from gold.posting_techs as t
join matching as m using (posting_id)
group by t.tech_id
order by posting_count desc, tech, t.tech_id
