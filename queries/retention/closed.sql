-- Purpose: which postings of a source ended so long ago that their texts are due to go?
-- Grain: one row per posting.
-- Inputs: silver.lifecycle, bronze.postings.
-- Key: posting_id.
-- Parameters: $source; $before: an instant.
-- Surprising: what never became a version has no life cycle; it counts by its last capture.
with

last_event as (
  select
    posting_id,
    arg_max(event, (event_at, event = 'closed')) as event,
    max(event_at) as event_at,
  from silver.lifecycle
  where source = $source
    and event in ('opened', 'closed', 'reopened')
  group by posting_id
)

select
  posting_id,
  event_at as closed_at,
from last_event
where event = 'closed'
  and event_at < $before
union all
select
  posting_id,
  max(captured_at) as closed_at,
from bronze.postings
where source = $source
  and posting_id not in (select posting_id from silver.lifecycle where source = $source)
group by posting_id
having max(captured_at) < $before
