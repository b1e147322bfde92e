-- Purpose: the events of a source as they were last written.
-- Grain: one row per event.
-- Inputs: silver.lifecycle.
-- Key: posting_id, event_at, event.
-- Parameters: $source.
select
  *,
from silver.lifecycle
where source = $source
