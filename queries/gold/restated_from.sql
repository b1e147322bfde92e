-- Purpose: from when on did silver change since gold was last made?
-- Grain: one row; null where nothing ran since.
-- Inputs: ops.runs.
-- Parameters: none.
select
  min(window_from) as restated_from,
from ops.runs
where job in ('silver', 'assist', 'techs', 'lifecycle', 'duplicates')
  and status = 'done'
  and ended_at >= coalesce((
    select max(started_at)
    from ops.runs
    where job = 'gold' and status = 'done'
  ), '-infinity'::timestamptz)
