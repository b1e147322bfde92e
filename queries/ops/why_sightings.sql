-- Purpose: in which lists and runs was a posting met?
-- Grain: one row per list, what was seen, and unbroken count of it.
-- Inputs: bronze.sightings.
-- Parameters: $posting_id.
select
  list,
  seen,
  count(*) as sighting_count,
  min(seen_at) as first_at,
  max(seen_at) as last_at,
from bronze.sightings
where posting_id = $posting_id
group by list, seen
order by first_at
