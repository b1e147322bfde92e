-- Purpose: for how long did each list hold a posting without a break?
-- Grain: one row per list and stretch of complete reads.
-- Inputs: silver.presence.
-- Key: list, seen_from.
-- Parameters: $posting_id.
select
  list,
  seen_from,
  seen_to,
from silver.presence
where posting_id = $posting_id::varchar
order by seen_from, list
