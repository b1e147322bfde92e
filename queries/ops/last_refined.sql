-- Purpose: up to when has a source been refined?
-- Grain: one row; null before the first time.
-- Inputs: ops.runs.
-- Parameters: $source.
select
  max(window_to) as refined_to,
from ops.runs
where job = 'bronze'
  and source = $source
  and status = 'done'
