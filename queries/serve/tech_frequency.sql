-- The technologies that matching postings name, with the share of postings that name each.
-- grain: one row per technology, the $row_limit most frequent, ties by name
-- inputs: gold.postings, gold.posting_techs
-- key: tech_id
-- parameters: $row_limit, and those of serve/_posting_filter
-- A posting names a technology in one row, so rows are postings. The share's denominator is all matching postings, those without a technology included. share_low and share_high bound its
-- 95 % Wilson score interval (z = 1.959964).
with matching as (
    select p.posting_id
    from gold.postings as p
    where
        -- include: serve/_posting_filter
),

counted as (
    select
        t.tech_id,
        max(t.tech) as tech,
        max(t.category) as category,
        count(*) as posting_count,
    from gold.posting_techs as t
    semi join matching using (posting_id)
    group by t.tech_id
),

total as (
    select count(*)::double as n
    from matching
),

shared as (
    select
        c.tech_id,
        c.tech,
        c.category,
        c.posting_count,
        count(*) over () as tech_count,
        c.posting_count / total.n as share,
        1.959964 as z,
        1 + z * z / total.n as divisor,
        share + z * z / (2 * total.n) as centre,
        z * sqrt(share * (1 - share) / total.n + z * z / (4 * total.n * total.n)) as reach,
    from counted as c
    cross join total
)

select
    tech_id,
    tech,
    category,
    posting_count,
    share,
    greatest(least((centre - reach) / divisor, share), 0)::double as share_low,
    least(greatest((centre + reach) / divisor, share), 1)::double as share_high,
    tech_count,
from shared
order by posting_count desc, tech, tech_id
limit $row_limit::bigint
