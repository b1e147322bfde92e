-- Purpose: whom sealed runs met, which cannot be found again.
-- Grain: one row per sighting.
-- Inputs: bronze.sightings.
-- Key: posting_id, list, seen.
-- Parameters: $source; $run_id; $from, $to: the window, half-open.
select *
from bronze.sightings
where source = $source
  and run_id = $run_id
  and seen_at >= $from
  and seen_at < $to
