-- Purpose: what happened to a posting.
-- Grain: one row per event.
-- Inputs: silver.lifecycle.
-- Parameters: $posting_id.
select
  event_at,
  event,
  reason,
  evidence,
from silver.lifecycle
where posting_id = $posting_id
order by event_at, event
