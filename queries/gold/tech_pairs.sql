-- Purpose: which technologies do open postings name together?
-- Grain: one row per ordered pair of technologies that at least one posting names both of.
-- Inputs: gold.postings, gold.posting_techs.
-- Key: tech_id, other_id.
-- Parameters: none.
-- Surprising: open IT postings in Korea, one per cluster. Lift is joint share over the
-- product of the shares; ppmi is its binary logarithm, not below 0.
with

techs as (
  select
    posting_id,
    tech_id,
  from gold.posting_techs
  join gold.postings using (posting_id)
  where status = 'open'
    and is_it
    and country = 'KR'
    and duplicate_of is null
),

totals as (
  select count(distinct posting_id) as posting_count
  from techs
),

singles as (
  select
    tech_id,
    count(*) as tech_count,
  from techs
  group by tech_id
),

joints as (
  select
    a.tech_id,
    b.tech_id as other_id,
    count(*) as joint_count,
  from techs as a
  join techs as b on a.posting_id = b.posting_id and a.tech_id <> b.tech_id
  group by a.tech_id, b.tech_id
)

select
  joints.tech_id,
  joints.other_id,
  joints.joint_count,
  one.tech_count,
  other.tech_count as other_count,
  joints.joint_count * totals.posting_count / (one.tech_count * other.tech_count) as lift,
  greatest(0.0, log2(joints.joint_count * totals.posting_count / (one.tech_count * other.tech_count))) as ppmi,
from joints
join singles as one on one.tech_id = joints.tech_id
join singles as other on other.tech_id = joints.other_id
cross join totals
order by joints.tech_id, joints.other_id
