-- Purpose: what else to look at, beside a technology.
-- Grain: one row per technology and one of its nearest 20.
-- Inputs: gold.tech_pairs.
-- Key: tech_id, related_id.
-- Parameters: none.
-- Surprising: the score is PPMI shrunk where few postings prove it (joint / (joint + 5)),
-- so that one posting with two rare names does not beat a hundred.
with

scored as (
  select
    tech_id,
    other_id as related_id,
    joint_count as because_count,
    ppmi * joint_count / (joint_count + 5) as score,
  from gold.tech_pairs
  where joint_count >= 2
)

select
  tech_id,
  related_id,
  (row_number() over nearest)::integer as rank,
  score,
  because_count,
from scored
where score > 0
window nearest as (partition by tech_id order by score desc, because_count desc, related_id)
qualify row_number() over nearest <= 20
order by tech_id, rank
