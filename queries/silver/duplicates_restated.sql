-- Purpose: from when on did silver change since duplicates were last decided, or ever?
-- Grain: one row; null where nothing ran since.
-- Inputs: ops.runs.
-- Parameters: $ever: true = since the first run.
select
  min(window_from) as restated_from,
from ops.runs
where job = 'silver'
  and status = 'done'
  and ($ever::boolean or ended_at >= coalesce((
    select max(started_at)
    from ops.runs
    where job = 'duplicates'
      and status = 'done'
  ), '-infinity'::timestamptz))
