-- Purpose: how a source's versions lie in time, to derive their technologies again part by part.
-- Grain: one row per month (UTC, as the partitions are) with a version inside the window.
-- Inputs: silver.postings.
-- Key: month_at.
-- Parameters: $source; $from, $to: the window, half-open.
select
  date_trunc('month', valid_from) as month_at,
  count(*) as version_count,
  count(text_expired_at) as expired_count,
from silver.postings
where source = $source
  and valid_from >= $from
  and valid_from < $to
group by month_at
order by month_at
