-- What else to look at for whoever knows some technologies: those that postings name together with them.
-- grain: one row per technology that goes with one of $own_ids better than by chance, at most $row_limit
-- inputs: gold.tech_pairs
-- key: tech_id
-- parameters: $own_ids, $row_limit
-- The score adds up, over the technologies known, how often a posting that names one names the other as well (shrunk where few
-- name it) times the root of their PPMI, so that what stands everywhere does not come first. because_id is the technology
-- known that says most; posting_count its postings, joint_count those that name both.
with known as (
    select
        x.other_id as tech_id,
        x.tech_id as because_id,
        x.joint_count,
        x.tech_count,
        x.joint_count / (x.tech_count + 5) * sqrt(x.ppmi) as score,
    from gold.tech_pairs as x
    where
        list_contains($own_ids::varchar[], x.tech_id)
        and not list_contains($own_ids::varchar[], x.other_id)
        and x.ppmi > 0
)

select
    tech_id,
    sum(score)::double as score,
    arg_max(because_id, (score, because_id)) as because_id,
    arg_max(joint_count, (score, because_id)) as joint_count,
    arg_max(tech_count, (score, because_id)) as posting_count,
from known
group by tech_id
order by score desc, tech_id
limit $row_limit::bigint
