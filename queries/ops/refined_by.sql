-- Purpose: which jobs refined first what a collecting run landed?
-- Grain: one row per job that has done so.
-- Inputs: ops.runs.
-- Key: job.
-- Parameters: $source; $started: when the run began; $ended: when it ended.
select
  run_id,
  job,
  started_at,
  ended_at,
  status,
  rows_in,
  rows_out,
  rows_rejected,
  rows_duplicate,
from ops.runs
where job <> 'collect'
  and coalesce(source, $source) = $source
  and started_at >= $ended::timestamp
  and window_from <= $started::timestamp
  and window_to > $started::timestamp
qualify row_number() over (partition by job order by started_at, run_id) = 1
order by list_position(['bronze', 'silver', 'assist', 'lifecycle', 'duplicates', 'gold', 'check', 'publish', 'index'], job), started_at
