-- Purpose: which of a source's sightings are due to go, and from when on are they kept?
-- Grain: one row.
-- Inputs: bronze.sightings.
-- Parameters: $source; $before: an instant.
select
  count(*) as row_count,
  min(seen_at) as first_at,
from bronze.sightings
where source = $source
  and seen_at < $before
