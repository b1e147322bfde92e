-- Purpose: for how long did complete reads of a list hold a posting without a break?
-- Grain: one row per posting, list and stretch; the source's table whole.
-- Inputs: bronze.lists, bronze.sightings, silver.presence (stretches that began before $from).
-- Key: posting_id, list, seen_from.
-- Parameters: $source; $from: stretches are found anew from here on.
-- Surprising: an incomplete read is skipped, it neither holds nor breaks. A read of a list
-- is one run; a run that read it twice counts once.
with

reads as (
  select
    list,
    run_id,
    max(read_at) as read_at,
    row_number() over (partition by list order by max(read_at)) as nth,
  from bronze.lists
  where source = $source
    and is_complete
    and read_at >= $from
  group by list, run_id
),

last_read_before as (
  select
    list,
    max(read_at) as read_at,
  from bronze.lists
  where source = $source
    and is_complete
    and read_at < $from
  group by list
),

earlier as (
  select
    posting_id,
    list,
    seen_from,
    seen_to,
    -- held by the last complete read before $from?
    seen_to is null or seen_to >= last_read_before.read_at as is_held,
    least(coalesce(seen_to, last_read_before.read_at), last_read_before.read_at) as held_until,
  from silver.presence
  left join last_read_before using (list)
  where source = $source
    and seen_from < $from
),

held as (
  select distinct
    posting_id,
    sightings.list,
    reads.nth,
    reads.read_at,
  from bronze.sightings as sightings
  join reads on reads.list = sightings.list and reads.run_id = sightings.run_id
  where sightings.source = $source
    and sightings.seen = 'listed'
    and sightings.seen_at >= $from - interval 1 day
  union all
  -- a stretch that reached $from goes on as if a read numbered 0 had held it
  select
    posting_id,
    list,
    0 as nth,
    held_until as read_at,
  from earlier
  where is_held
),

stretches as (
  select
    posting_id,
    list,
    min(read_at) as seen_from,
    max(read_at) as seen_to,
    min(nth) as first_nth,
    max(nth) as last_nth,
  from (
    select
      *,
      nth - row_number() over (partition by posting_id, list order by nth) as stretch,
    from held
  )
  group by posting_id, list, stretch
),

newest as (
  select
    list,
    max(nth) as nth,
  from reads
  group by list
)

select
  stretches.posting_id,
  $source as source,
  stretches.list,
  case when stretches.first_nth = 0 then earlier.seen_from else stretches.seen_from end as seen_from,
  case when stretches.last_nth < coalesce(newest.nth, 0) then stretches.seen_to end as seen_to,
from stretches
left join newest using (list)
left join earlier
  on earlier.posting_id = stretches.posting_id
  and earlier.list = stretches.list
  and earlier.is_held
union all
select
  posting_id,
  $source as source,
  list,
  seen_from,
  held_until as seen_to,
from earlier
where not is_held
