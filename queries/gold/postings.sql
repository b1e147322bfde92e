-- Purpose: what is known of each posting now: what search lists and the API reads.
-- Grain: one row per posting.
-- Inputs: silver.postings, silver.posting_techs; the session's own posting_states
-- (gold/posting_states) and postings_changed (gold/postings_changed).
-- Key: posting_id.
-- Parameters: $whole: all postings, not those alone that postings_changed says are rewritten;
-- $part of $parts: the postings are asked for in so many parts, from 0.
-- Surprising: rows come in no order; their texts are too much to sort. Parts keep what the
-- joins and the lists of technologies hold in memory small.
with

states as (
  select *
  from posting_states
  where hash(posting_id) % $parts = $part
    and (
      $whole
      or posting_id in (select posting_id from postings_changed where is_rewritten)
    )
),

current_techs as (
  select
    techs.posting_id,
    list_sort(list_distinct(list(techs.tech))) as techs,
  from silver.posting_techs as techs
  join states on states.posting_id = techs.posting_id and states.changed_at = techs.valid_from
  group by techs.posting_id
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
  states.status,
  states.closed_reason,
  versions.posted_at,
  versions.closes_at,
  states.closed_at,
  states.first_seen_at,
  states.last_seen_at,
  states.duplicate_of,
  states.cluster_size,
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
  states.changed_at,
  states.version_count,
  versions.content_hash,
  versions.text_expired_at,
from states
join silver.postings as versions on versions.posting_id = states.posting_id and versions.valid_from = states.changed_at
left join current_techs on current_techs.posting_id = states.posting_id
