-- A page of the companies that have matching postings: those behind the cursor's position, in the order asked for.
-- grain: one row per company with a matching posting, at most $row_limit
-- inputs: gold.companies, gold.postings, gold.posting_techs
-- key: company_id
-- parameters: $name (a part of the company's name in lower case; null: any), $sort (count, name), $after_first, $after_id (the last
--   row's position; null for the first page), $row_limit, and those of serve/_posting_filter
-- The position is (sort_first, sort_key). techs are the five technologies that most of a company's matching postings name.
-- total_count is how many companies there are before the cursor cuts.
with matching as (
    select
        p.posting_id,
        p.company_id,
    from gold.postings as p
    where
        p.company_id is not null
        and
        -- include: serve/_posting_filter
),

counted as (
    select
        company_id,
        count(*) as matching_count,
    from matching
    group by company_id
),

placed as (
    select
        c.company_id,
        c.company,
        counted.matching_count,
        c.posting_count,
        c.first_seen_at,
        if($sort::varchar = 'name', 0, -counted.matching_count) as sort_first,
        concat(lower(c.company), ' ', c.company_id) as sort_key,
        count(*) over () as total_count,
    from gold.companies as c
    join counted using (company_id)
    where $name::varchar is null or contains(lower(c.company), $name::varchar)
),

page as (
    select *
    from placed
    where $after_id::varchar is null or (sort_first, sort_key) > ($after_first::bigint, $after_id::varchar)
    order by sort_first, sort_key
    limit $row_limit::bigint
),

named as (
    select
        m.company_id,
        t.tech,
        count(*) as tech_count,
    from gold.posting_techs as t
    join matching as m using (posting_id)
    semi join page on page.company_id = m.company_id
    group by m.company_id, t.tech
),

top_techs as (
    select
        company_id,
        list(tech order by tech_count desc, tech)[:5] as techs,
    from named
    group by company_id
)

select
    page.company_id,
    page.company,
    page.matching_count,
    page.posting_count,
    page.first_seen_at,
    top_techs.techs,
    page.sort_first,
    page.sort_key,
    page.total_count,
from page
left join top_techs using (company_id)
order by page.sort_first, page.sort_key
