-- Purpose: when did a posting open, and when did it change?
-- Grain: one row per content version that begins inside the window.
-- Inputs: silver.postings.
-- Key: posting_id, event_at, event.
-- Parameters: $source; $from, $to: the window, half-open.
with

versions as (
  select
    posting_id,
    valid_from,
    content_hash,
    lag(content_hash) over (partition by posting_id order by valid_from) as previous_hash,
  from silver.postings
  where source = $source
    and valid_from < $to
)

select
  posting_id,
  $source as source,
  case when previous_hash is null then 'opened' else 'changed' end as event,
  valid_from as event_at,
  case when previous_hash is null then 'first_capture' else 'new_content' end as reason,
  null::varchar as run_id,
  'content ' || content_hash || coalesce(' after ' || previous_hash, '') as evidence,
from versions
where valid_from >= $from
