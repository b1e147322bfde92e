-- A page of postings: those behind the cursor's position, in the order asked for.
-- grain: one row per posting that matches the filter, at most $row_limit
-- inputs: gold.postings, gold.posting_techs
-- key: posting_id
-- parameters: $sort and $then (newest, closing, relevance, salary, experience; after a minus the other end first), $scores (of $ids, in
--   their order; for relevance), $after_first, $after_second, $after_id (the last row's position; null for the first page),
--   $row_limit, and those of serve/_posting_filter
-- The position is (sort_first, sort_second, posting_id), ascending, and unique, so that paging neither repeats nor skips.
-- Postings that do not state what they are ordered by come last, whichever end is first.
with scores as (
    select
        unnest($ids::varchar[]) as posting_id,
        unnest($scores::bigint[]) as score,
),

matching as (
    select
        p.posting_id,
        -epoch_us(coalesce(p.posted_at, p.first_seen_at)) as newest,
        epoch_us(p.closes_at) as closing,
        -greatest(p.salary_min_krw, p.salary_max_krw) as salary,
        if(p.experience_min_years is null and p.experience_max_years is null, null, least(coalesce(p.experience_min_years, 0), 99))::bigint as experience,
        -coalesce(s.score, 0) as relevance,
    from gold.postings as p
    left join scores as s on s.posting_id = p.posting_id
    where
        -- include: serve/_posting_filter
),

keyed as (
    select
        posting_id,
        case ltrim($sort::varchar, '-')
            when 'newest' then newest
            when 'closing' then closing
            when 'salary' then salary
            when 'experience' then experience
            when 'relevance' then relevance
        end * if(starts_with($sort::varchar, '-'), -1, 1) as first_key,
        case ltrim($then::varchar, '-')
            when 'newest' then newest
            when 'closing' then closing
            when 'salary' then salary
            when 'experience' then experience
            when 'relevance' then relevance
        end * if(starts_with($then::varchar, '-'), -1, 1) as second_key,
    from matching
),

placed as (
    select
        posting_id,
        coalesce(first_key, 9000000000000000000) as sort_first,
        coalesce(second_key, 9000000000000000000) as sort_second,
    from keyed
),

page as (
    select
        posting_id,
        sort_first,
        sort_second,
    from placed
    where
        $after_id::varchar is null
        or (sort_first, sort_second, posting_id) > ($after_first::bigint, $after_second::bigint, $after_id::varchar)
    order by sort_first, sort_second, posting_id
    limit $row_limit::bigint
)

select
    p.posting_id,
    p.source,
    p.is_it,
    p.country,
    p.url,
    p.title,
    p.company_id,
    p.company,
    p.roles,
    p.seniority,
    p.experience_min_years,
    p.experience_max_years,
    p.employment,
    p.remote,
    p.region,
    p.district,
    p.salary_min_krw,
    p.salary_max_krw,
    p.techs,
    p.status,
    p.closed_reason,
    p.posted_at,
    p.closes_at,
    p.is_always_open,
    p.closed_at,
    p.first_seen_at,
    p.cluster_size,
    page.sort_first,
    page.sort_second,
from page
join gold.postings as p using (posting_id)
order by page.sort_first, page.sort_second, p.posting_id
