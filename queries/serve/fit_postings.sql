-- The matching postings that fit somebody's technologies best, with what is missing.
-- grain: one row per posting, at most $row_limit
-- inputs: gold.postings, gold.posting_techs
-- key: posting_id
-- parameters: $own_ids (the technologies known; none: every matching posting, best match first), $scores (of $ids, in their order; null
--   without keywords), $row_limit, and those of serve/_posting_filter
-- A required technology weighs 1, a preferred one 0.5. fit is the weight of what is known, over that of all that is asked and 2
-- more: ten of ten is a better fit than one of one. Ties go to the better match, then to the newer posting.
with scores as (
    select
        unnest($ids::varchar[]) as posting_id,
        unnest($scores::bigint[]) as score,
),

matching as (
    select
        p.posting_id,
        coalesce(p.posted_at, p.first_seen_at) as posted_at,
    from gold.postings as p
    where
        -- include: serve/_posting_filter
),

asked as (
    select
        t.posting_id,
        t.tech_id,
        t.tech,
        if(t.need = 'required', 1.0, 0.5) as weight,
        list_contains($own_ids::varchar[], t.tech_id) as is_own,
    from gold.posting_techs as t
    semi join matching using (posting_id)
),

weighed as (
    select
        posting_id,
        coalesce(sum(weight) filter (where is_own), 0) as own_weight,
        sum(weight) as all_weight,
        list(tech_id order by weight desc, tech, tech_id) filter (where is_own) as have_ids,
        list(tech_id order by weight desc, tech, tech_id) filter (where not is_own) as missing_ids,
    from asked
    group by posting_id
)

select
    m.posting_id,
    coalesce(w.own_weight / (w.all_weight + 2), 0)::double as fit,
    w.have_ids,
    w.missing_ids,
from matching as m
left join weighed as w using (posting_id)
left join scores as s using (posting_id)
where len($own_ids::varchar[]) = 0 or w.own_weight > 0
order by fit desc, s.score desc nulls last, m.posted_at desc, m.posting_id
limit $row_limit::bigint
