-- Purpose: when did each job last run for each source, and how did it end?
-- Grain: one row per job and source.
-- Inputs: ops.runs.
-- Key: job, source.
-- Parameters: none.
select
  job,
  source,
  status,
  exit_code,
  started_at,
  ended_at,
  rows_in,
  rows_out,
  rows_rejected,
  rows_duplicate,
  error,
from ops.runs
qualify row_number() over (partition by job, source order by started_at desc, ended_at desc) = 1
order by ended_at, job
