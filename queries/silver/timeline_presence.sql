-- Purpose: the stretches in which lists held each posting.
-- Grain: one row per posting, list and stretch.
-- Inputs: silver.presence.
-- Key: posting_id, list, seen_from.
-- Parameters: $source.
select
  posting_id,
  source,
  list,
  seen_from,
  seen_to,
from silver.presence
where source = $source
order by posting_id, seen_from, list
