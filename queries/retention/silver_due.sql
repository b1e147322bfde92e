-- Purpose: which of a source's versions have texts that are due to go, month by month.
-- Grain: one row per month (UTC, as the partitions are) with such a version.
-- Inputs: silver.postings, postings_due (the session's own: postings whose texts are due).
-- Key: month_at.
-- Parameters: $source.
select
  date_trunc('month', valid_from) as month_at,
  count(*) as text_count,
  sum(strlen(concat(about, duties, requirements, preferred, benefits, process)))::bigint as text_bytes,
from silver.postings
where source = $source
  and text_expired_at is null
  and posting_id in (select posting_id from postings_due)
group by month_at
order by month_at
