-- What else to look at for whoever searches: technologies that the matching postings name more often than others do.
-- grain: one row per technology, at most $row_limit
-- inputs: gold.postings, gold.posting_techs
-- key: tech_id
-- parameters: $own_ids (left out), $row_limit, and those of serve/_posting_filter, of which $status, $country, $is_it and $with_copies
--   say as well which postings the matching ones are compared with
-- The score is as in serve/recommend_by_techs, with the search in the place of a technology. posting_count is the matching postings, joint_count those that name it.
with everyone as (
    select p.posting_id
    from gold.postings as p
    where
        ($status::varchar is null or p.status = $status::varchar)
        and ($country::varchar is null or coalesce(p.country = $country::varchar, false))
        and ($is_it::boolean is null or p.is_it = $is_it::boolean)
        and ($with_copies::boolean or p.duplicate_of is null)
),

matching as (
    select
        p.posting_id,
        true as is_matching,
    from gold.postings as p
    where
        -- include: serve/_posting_filter
),

counted as (
    select
        t.tech_id,
        count(*) as all_count,
        count(m.is_matching) as joint_count,
    from gold.posting_techs as t
    semi join everyone using (posting_id)
    left join matching as m using (posting_id)
    group by t.tech_id
),

total as (
    select
        (select count(*) from everyone) as all_count,
        (select count(*) from matching) as posting_count,
),

measured as (
    select
        c.tech_id,
        c.joint_count,
        total.posting_count,
        log2(c.joint_count * total.all_count / (total.posting_count * c.all_count)) as pmi,
    from counted as c
    cross join total
    where c.joint_count >= least(2, total.posting_count) and c.joint_count > 0
)

select
    tech_id,
    (joint_count / (posting_count + 5) * sqrt(pmi))::double as score,
    null::varchar as because_id,
    joint_count,
    posting_count,
from measured
where pmi > 0 and not list_contains($own_ids::varchar[], tech_id)
order by score desc, tech_id
limit $row_limit::bigint
