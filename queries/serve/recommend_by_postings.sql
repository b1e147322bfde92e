-- What else to look at for whoever searches: technologies that the matching postings name more often than others do.
-- grain: one row per technology, at most $row_limit
-- inputs: gold.postings, gold.posting_techs
-- key: tech_id
-- parameters: $own_ids (left out), $favoured_ids (of the matching postings those that say more; null = all say the same), $row_limit, and those of serve/_posting_filter, of which $status, $country, $is_it and $with_copies
--   say as well which postings the matching ones are compared with
-- A posting for six roles says little about each: it weighs less the more roles it has that were not asked for, and
-- a posting that is not favoured weighs a fifth. The share is that of the matching postings together with 20 like all others, so that
-- few postings say little. The score is the share, times the root of the binary logarithm of how much larger it is than among all (with
-- 3 postings of doubt), times the root of how much more often the matching postings name the technology's category.
-- posting_count is the matching postings, joint_count those that name the technology, both unweighed.
with everyone as (
    select
        p.posting_id,
        greatest(len(p.roles), 1) as role_count,
        if($roles::varchar[] is null, role_count, len(list_intersect(p.roles, $roles::varchar[]))) as asked_count,
        1 / sqrt(role_count) as weight,
    from gold.postings as p
    where
        ($status::varchar is null or p.status = $status::varchar)
        and ($country::varchar is null or coalesce(p.country = $country::varchar, false))
        and ($is_it::boolean is null or p.is_it = $is_it::boolean)
        and ($with_copies::boolean or p.duplicate_of is null)
),

matching as (
    select p.posting_id
    from gold.postings as p
    where
        -- include: serve/_posting_filter
),

weighed as (
    select
        e.posting_id,
        e.weight,
        m.posting_id is not null as is_matching,
        if(is_matching, e.weight * e.asked_count / e.role_count, 0)
            * if($favoured_ids::varchar[] is null or e.posting_id in (select unnest($favoured_ids::varchar[])), 1, 0.2) as matching_weight,
    from everyone as e
    left join matching as m using (posting_id)
),

total as (
    select
        sum(weight) as all_weight,
        sum(matching_weight) as matching_weight,
        count(*) filter (where is_matching) as posting_count,
    from weighed
),

counted as (
    select
        t.tech_id,
        any_value(coalesce(t.category, '')) as category,
        sum(w.weight) as tech_weight,
        sum(w.matching_weight) as joint_weight,
        count(*) filter (where w.is_matching) as joint_count,
    from gold.posting_techs as t
    join weighed as w using (posting_id)
    group by t.tech_id
),

categories as (
    select
        category,
        sum(joint_weight) / sum(sum(joint_weight)) over () as matching_share,
        sum(tech_weight) / sum(sum(tech_weight)) over () as all_share,
    from counted
    group by category
),

shared as (
    select
        c.tech_id,
        c.category,
        c.joint_count,
        total.posting_count,
        (c.tech_weight + 3) / total.all_weight as all_share,
        (c.joint_weight + 20 * c.tech_weight / total.all_weight) / (total.matching_weight + 20) as share,
    from counted as c
    cross join total
    where c.joint_weight > 0
)

select
    s.tech_id,
    (s.share * sqrt(log2(s.share / s.all_share)) * sqrt(k.matching_share / k.all_share))::double as score,
    null::varchar as because_id,
    s.joint_count,
    s.posting_count,
from shared as s
join categories as k using (category)
where s.share > s.all_share and not list_contains($own_ids::varchar[], s.tech_id)
order by score desc, s.tech_id
limit $row_limit::bigint
