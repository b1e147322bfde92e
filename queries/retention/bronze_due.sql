-- Purpose: what is due to go from a source's captures, month by month.
-- Grain: one row per month (UTC, as the partitions are) with something that is due.
-- Inputs: bronze.postings, postings_due (the session's own: postings whose texts are due).
-- Key: month_at.
-- Parameters: $source; $personal_before: an instant.
with

captures as (
  select
    date_trunc('month', captured_at) as month_at,
    captured_at < $personal_before and personal_expired_at is null as is_personal_due,
    text_expired_at is null and posting_id in (select posting_id from postings_due) as is_text_due,
    coalesce(strlen(payload), 0) as payload_bytes,
    strlen(concat(about, duties, requirements, preferred, benefits, process, body)) as text_bytes,
  from bronze.postings
  where source = $source
)

select
  month_at,
  count(*) filter (is_personal_due) as personal_count,
  coalesce(sum(payload_bytes) filter (is_personal_due), 0)::bigint as personal_bytes,
  count(*) filter (is_text_due) as text_count,
  coalesce(sum(text_bytes) filter (is_text_due), 0)::bigint as text_bytes,
from captures
group by month_at
having personal_count + text_count > 0
order by month_at
