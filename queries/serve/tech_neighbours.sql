-- What goes with a technology in open IT postings, most often first.
-- grain: one row per other technology, at most $row_limit, ties by lift and id
-- inputs: gold.tech_pairs
-- key: other_id
-- parameters: $tech_id, $row_limit
select
    x.other_id as tech_id,
    x.joint_count,
    x.tech_count,
    x.lift,
from gold.tech_pairs as x
where x.tech_id = $tech_id::varchar
order by x.joint_count desc, x.lift desc, x.other_id
limit $row_limit::bigint
