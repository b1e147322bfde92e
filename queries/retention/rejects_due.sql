-- Purpose: which rejected rows still show what they said though personal data is due to go?
-- Grain: one row per month (UTC, as the partitions are) with such a row.
-- Inputs: ops.rejects.
-- Key: month_at.
-- Parameters: $source; $before: an instant.
select
  date_trunc('month', rejected_at) as month_at,
  count(*) as row_count,
  sum(strlen(row))::bigint as row_bytes,
from ops.rejects
where source = $source
  and row is not null
  and coalesce(captured_at, rejected_at) < $before
group by month_at
order by month_at
