-- Purpose: all closings, for measuring.
-- Grain: one row per closing.
-- Inputs: silver.lifecycle.
-- Key: posting_id, event_at.
-- Parameters: none.
select
  posting_id,
  source,
  event,
  event_at,
  reason,
  run_id,
  evidence,
from silver.lifecycle
where event = 'closed'
order by posting_id, event_at
