-- Purpose: what was refused of sealed runs, which cannot be read again.
-- Grain: one row per rejected row.
-- Inputs: ops.rejects.
-- Parameters: $job, $source; $folder: what the keys of the run's objects begin with; $from, $to: the
-- window of capturing, half-open.
select *
from ops.rejects
where job = $job
  and source = $source
  and starts_with(raw_object, $folder)
  and captured_at >= $from
  and captured_at < $to
