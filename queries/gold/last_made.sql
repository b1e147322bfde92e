-- Purpose: which snapshot of gold.postings the last finished gold left, by which version of
-- the code, and from when on silver's versions were written again since.
-- Grain: one row, none before the first gold.
-- Inputs: ops.runs.
-- Parameters: none.
with

last_gold as (
  select
    version,
    snapshot_id,
    started_at,
  from ops.runs
  where job = 'gold'
    and status = 'done'
  order by started_at desc, ended_at desc
  limit 1
)

select
  version,
  snapshot_id,
  (
    select min(window_from)
    from ops.runs
    where job in ('silver', 'assist', 'techs')
      and status = 'done'
      and ended_at >= last_gold.started_at
  ) as versions_from,
from last_gold
