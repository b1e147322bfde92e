-- What goes with a technology in the postings that match a filter.
-- grain: one row per other technology that a matching posting names beside it, at most $row_limit
-- inputs: gold.postings, gold.posting_techs
-- key: tech_id
-- parameters: $tech_id, $sort (count, lift, ppmi), $row_limit, and those of serve/_posting_filter
-- Counts are of matching postings that name a technology at all, as in gold.tech_pairs, which this gives for the filter that
-- gold speaks of. Ties go by joint count, then id. pair_count is how many other technologies there are in all.
with named as (
    select
        t.posting_id,
        t.tech_id,
    from gold.posting_techs as t
    semi join (
        select p.posting_id
        from gold.postings as p
        where
            -- include: serve/_posting_filter
    ) as matching using (posting_id)
),

own as (
    select posting_id
    from named
    where tech_id = $tech_id::varchar
),

singles as (
    select
        tech_id,
        count(*) as tech_count,
    from named
    group by tech_id
),

joints as (
    select
        n.tech_id,
        count(*) as joint_count,
    from named as n
    semi join own using (posting_id)
    where n.tech_id <> $tech_id::varchar
    group by n.tech_id
),

total as (
    select
        (select count(distinct posting_id) from named) as posting_count,
        (select count(*) from own) as own_count,
),

measured as (
    select
        j.tech_id,
        j.joint_count,
        total.own_count as tech_count,
        s.tech_count as other_count,
        j.joint_count / total.own_count as share,
        j.joint_count * total.posting_count / (total.own_count * s.tech_count) as lift,
        count(*) over () as pair_count,
    from joints as j
    join singles as s using (tech_id)
    cross join total
)

select
    tech_id,
    joint_count,
    tech_count,
    other_count,
    share::double as share,
    lift::double as lift,
    greatest(0.0, log2(lift))::double as ppmi,
    pair_count,
from measured
order by case $sort::varchar when 'lift' then lift when 'ppmi' then greatest(0.0, log2(lift)) else joint_count end desc, joint_count desc, tech_id
limit $row_limit::bigint
