-- Purpose: up to when has a source gone through every step that refines it?
-- Grain: one row; null before the first time.
-- Inputs: ops.runs.
-- Parameters: $source.
-- Surprising: a run may be stopped between two steps, so the step that is furthest behind
-- counts, and the next run begins there.
select
  case when count(*) = 3 then min(refined_to) end as refined_to,
from (
  select
    job,
    max(window_to) as refined_to,
  from ops.runs
  where job in ('bronze', 'silver', 'lifecycle')
    and source = $source
    and status = 'done'
  group by job
)
