-- Purpose: what is known of each posting now, beside what its current version says: the part
-- that other tables than silver.postings decide.
-- Grain: one row per posting.
-- Inputs: silver.postings, silver.lifecycle, silver.presence, silver.duplicates.
-- Key: posting_id.
-- Parameters: none.
-- Surprising: a posting is closed when the last of its opened, closed and reopened events
-- is a closing. A cluster is known by its first posting for good (silver), and is shown by
-- one that is open while there is any: a job that stands elsewhere is not gone.
with

versions as (
  select
    posting_id,
    max(valid_from) as changed_at,
    min(valid_from) as first_seen_at,
    count(*)::integer as version_count,
  from silver.postings
  group by posting_id
),

last_event as (
  select
    posting_id,
    -- of two events at one instant the closing is the later
    arg_max(event, (event_at, event = 'closed')) as event,
    arg_max(reason, (event_at, event = 'closed')) as reason,
    max(event_at) as event_at,
  from silver.lifecycle
  where event in ('opened', 'closed', 'reopened')
  group by posting_id
),

last_seen as (
  select
    posting_id,
    max(seen_to) as seen_to,
  from silver.presence
  group by posting_id
),

clusters as (
  select
    duplicates.cluster_id,
    count(*)::integer as cluster_size,
    arg_min(versions.posting_id, (
      last_event.event is not distinct from 'closed',
      not postings.is_it,
      postings.country is null,
      versions.posting_id <> duplicates.cluster_id,
      versions.first_seen_at,
      versions.posting_id
    )) as face_id,
  from silver.duplicates as duplicates
  join versions on versions.posting_id = duplicates.posting_id
  join silver.postings as postings
    on postings.posting_id = versions.posting_id
    and postings.valid_from = versions.changed_at
  left join last_event on last_event.posting_id = duplicates.posting_id
  group by duplicates.cluster_id
)

select
  versions.posting_id,
  versions.changed_at,
  versions.first_seen_at,
  versions.version_count,
  if(last_event.event = 'closed', 'closed', 'open') as status,
  if(last_event.event = 'closed', last_event.reason, null) as closed_reason,
  if(last_event.event = 'closed', last_event.event_at, null) as closed_at,
  if(last_event.event = 'closed', coalesce(last_seen.seen_to, last_event.event_at), null) as last_seen_at,
  nullif(clusters.face_id, versions.posting_id) as duplicate_of,
  coalesce(clusters.cluster_size, 1) as cluster_size,
from versions
left join last_event using (posting_id)
left join last_seen using (posting_id)
left join silver.duplicates as duplicates using (posting_id)
left join clusters on clusters.cluster_id = duplicates.cluster_id
