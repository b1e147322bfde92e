-- Purpose: how did one run of a job go?
-- Grain: one row per run.
-- Inputs: ops.runs.
-- Key: run_id.
-- Parameters: $run_id: the whole id, or its beginning.
select
  run_id,
  job,
  coalesce(source, '') as source,
  status,
  exit_code,
  window_from,
  window_to,
  started_at,
  ended_at,
  rows_in,
  rows_out,
  rows_rejected,
  rows_duplicate,
  bytes_in,
  bytes_out,
  requests,
  retries,
  dollars,
  snapshot_id,
  coalesce(version, '') as version,
  coalesce(error, '') as error,
  not_modified,
  failed,
  blocked,
  forbidden,
  puts,
from ops.runs
where starts_with(run_id, $run_id::varchar)
order by started_at, run_id
limit 20
