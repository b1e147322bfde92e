-- Purpose: what did runs like the one that is planned take?
-- Grain: one row per job and source: medians of the newest 15 runs that ended well and
-- whose window touched about as many days.
-- Inputs: ops.runs.
-- Key: job, source.
-- Parameters: $days: how many days the planned window touches.
-- Surprising: runs that collect have no window, each counts. Where no window was like the
-- planned one all runs count, and is_like says so.
with

runs as (
  select
    *,
    coalesce(ceil(date_diff('second', window_from, window_to) / 86400.0), $days) as days,
    date_diff('millisecond', started_at, ended_at) / 1000.0 as seconds,
  from ops.runs
  where status in ('done', 'partial')
),

alike as (
  select
    *,
    days between $days / 2.0 and $days * 2.0 as is_like,
  from runs
  qualify is_like or not bool_or(days between $days / 2.0 and $days * 2.0) over (partition by job, source)
),

newest as (
  select *
  from alike
  qualify row_number() over (partition by job, source order by started_at desc, run_id desc) <= 15
)

select
  job,
  source,
  count(*) as run_count,
  bool_and(is_like) as is_like,
  median(rows_out)::bigint as row_count,
  median(bytes_in)::bigint as bytes_in,
  median(bytes_out)::bigint as bytes_out,
  median(requests)::bigint as requests,
  median(seconds) as seconds,
  median(dollars) as dollars,
from newest
group by job, source
order by job, source
