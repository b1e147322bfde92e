-- Which technologies postings name together: those of the newest 200,000 IT postings, open or closed, which are enough to learn from.
-- grain: one row per IT posting that names a technology, copies left out
-- inputs: gold.postings, gold.posting_techs
-- key: posting_id
-- parameters: $country (null = every one)
with newest as (
    select p.posting_id
    from gold.postings as p
    where
        p.is_it
        and p.duplicate_of is null
        and len(p.techs) > 0
        and ($country::varchar is null or coalesce(p.country = $country::varchar, false))
    order by p.first_seen_at desc, p.posting_id
    limit 200000
)

select
    t.posting_id,
    list(t.tech_id order by t.tech_id) as tech_ids,
from gold.posting_techs as t
join newest using (posting_id)
group by t.posting_id
