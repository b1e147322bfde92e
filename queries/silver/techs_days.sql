-- Purpose: how a source's versions lie in time, to go through them part by part.
-- Grain: one row per day (UTC, as the partitions are) with a version inside the window.
-- Inputs: silver.postings.
-- Key: day_at.
-- Parameters: $source; $from, $to: the window, half-open.
select
  date_trunc('day', valid_from) as day_at,
  count(*) as version_count,
  count(text_expired_at) as expired_count,
from silver.postings
where source = $source
  and valid_from >= $from
  and valid_from < $to
group by day_at
order by day_at
