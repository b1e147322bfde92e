-- How matching postings divide by the facets asked for.
-- grain: one row per facet and value, the $row_limit most frequent values of each facet, ties by label
-- inputs: gold.postings, gold.posting_techs
-- key: facet, value
-- parameters: $facets (names), $row_limit (values a facet), and those of serve/_posting_filter
-- A posting with several values of a facet (roles, technologies) counts once for each. value_count is how many values the facet
-- has, so that a reader sees what the limit cut off.
with matching as (
    select
        p.posting_id,
        p.source,
        p.roles,
        p.seniority,
        p.employment,
        p.remote,
        p.region,
        p.company,
    from gold.postings as p
    where
        -- include: serve/_posting_filter
),

named as (
    select 'source' as facet, source as value, source as label from matching
    union all
    select 'role', role, role from (select unnest(roles) as role from matching)
    union all
    select 'seniority', seniority, seniority from matching
    union all
    select 'employment', employment, employment from matching
    union all
    select 'remote', remote, remote from matching
    union all
    select 'location', region, region from matching
    union all
    select 'company', company, company from matching
    union all
    select 'tech', t.tech_id, t.tech from gold.posting_techs as t semi join matching using (posting_id)
),

counted as (
    select
        facet,
        value,
        max(label) as label,
        count(*) as posting_count,
    from named
    where list_contains($facets::varchar[], facet) and value is not null
    group by facet, value
)

select
    facet,
    value,
    label,
    posting_count,
    count(*) over (partition by facet) as value_count,
from counted
qualify row_number() over (partition by facet order by posting_count desc, label, value) <= $row_limit::bigint
order by facet, posting_count desc, label, value
