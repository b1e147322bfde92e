-- Purpose: what is known of each posting now: what search lists and the API reads.
-- Grain: one row per posting.
-- Inputs: silver.postings, silver.posting_techs, silver.lifecycle, silver.presence, silver.duplicates.
-- Key: posting_id.
-- Parameters: none.
-- Surprising: a posting is closed when the last of its opened, closed and reopened events
-- is a closing. A cluster is known by its first posting for good (silver), and is shown by
-- one that is open while there is any: a job that stands elsewhere is not gone.
with

versions as (
  select
    *,
    row_number() over (partition by posting_id order by valid_from desc) as age,
    count(*) over (partition by posting_id) as version_count,
    min(valid_from) over (partition by posting_id) as first_seen_at,
  from silver.postings
),

current_techs as (
  select
    techs.posting_id,
    list(distinct techs.tech order by techs.tech) as techs,
  from silver.posting_techs as techs
  join versions using (posting_id, valid_from)
  where versions.age = 1
  group by techs.posting_id
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
    count(*) as cluster_size,
    arg_min(versions.posting_id, (
      last_event.event is not distinct from 'closed',
      not versions.is_it,
      versions.country is null,
      versions.posting_id <> duplicates.cluster_id,
      versions.first_seen_at,
      versions.posting_id
    )) as face_id,
  from silver.duplicates as duplicates
  join versions on versions.posting_id = duplicates.posting_id and versions.age = 1
  left join last_event on last_event.posting_id = duplicates.posting_id
  group by duplicates.cluster_id
)

select
  versions.posting_id,
  versions.source,
  versions.list,
  versions.is_it,
  versions.country,
  versions.url,
  versions.title,
  versions.company_id,
  versions.company,
  versions.roles,
  versions.seniority,
  versions.experience_min_years,
  versions.experience_max_years,
  versions.employment,
  versions.remote,
  versions.region,
  versions.district,
  versions.salary_min_krw,
  versions.salary_max_krw,
  current_techs.techs,
  if(last_event.event = 'closed', 'closed', 'open') as status,
  if(last_event.event = 'closed', last_event.reason, null) as closed_reason,
  versions.posted_at,
  versions.closes_at,
  if(last_event.event = 'closed', last_event.event_at, null) as closed_at,
  versions.first_seen_at,
  if(last_event.event = 'closed', coalesce(last_seen.seen_to, last_event.event_at), null) as last_seen_at,
  nullif(clusters.face_id, versions.posting_id) as duplicate_of,
  coalesce(clusters.cluster_size, 1)::integer as cluster_size,
  versions.duties,
  versions.requirements,
  versions.preferred,
  versions.benefits,
  versions.about,
  versions.language,
  versions.industry,
  versions.board_tags,
  versions.process,
  versions.location_raw,
  versions.salary_raw,
  versions.education,
  versions.is_always_open,
  versions.valid_from as changed_at,
  versions.version_count::integer as version_count,
  versions.content_hash,
  versions.text_expired_at,
from versions
left join current_techs using (posting_id)
left join last_event using (posting_id)
left join last_seen using (posting_id)
left join silver.duplicates as duplicates using (posting_id)
left join clusters on clusters.cluster_id = duplicates.cluster_id
where versions.age = 1
order by versions.posting_id
