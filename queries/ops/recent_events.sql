-- Purpose: how many postings are open, and what has happened to postings lately?
-- Grain: one row per source.
-- Inputs: gold.postings, silver.lifecycle.
-- Key: source.
-- Parameters: $now: the end of the two days that are looked at.
-- Surprising: two days and not one, since a posting that is no longer listed closes at the
-- second read that misses it and from the first.
with

opens as (
  select
    source,
    count(*) as open_count,
  from gold.postings
  where status = 'open'
  group by source
),

events as (
  select
    source,
    count(*) filter (event = 'opened') as opened_count,
    count(*) filter (event = 'changed') as changed_count,
    count(*) filter (event = 'closed') as closed_count,
    count(*) filter (event = 'closed' and reason <> 'end_date') as lost_count,
    count(*) filter (event = 'reopened') as reopened_count,
  from silver.lifecycle
  where event_at > $now::timestamp - interval 2 day
    and event_at <= $now::timestamp
  group by source
)

select
  source,
  coalesce(open_count, 0) as open_count,
  coalesce(opened_count, 0) as opened_count,
  coalesce(changed_count, 0) as changed_count,
  coalesce(closed_count, 0) as closed_count,
  coalesce(lost_count, 0) as lost_count,
  coalesce(reopened_count, 0) as reopened_count,
from opens
full join events using (source)
order by source
