-- Purpose: what did the last day cost, job by job?
-- Grain: one row per job that ended in the day before $now.
-- Inputs: ops.runs.
-- Key: job.
-- Parameters: $now.
select
  job,
  sum(dollars) as dollars,
from ops.runs
where ended_at > $now::timestamp - interval 1 day
  and ended_at <= $now::timestamp
group by job
order by job
