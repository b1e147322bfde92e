-- Purpose: which technologies does each posting name now, and where?
-- Grain: one row per posting and technology of its current version.
-- Inputs: silver.posting_techs; the session's own posting_states (gold/posting_states) and
-- postings_changed (gold/postings_changed).
-- Key: posting_id, tech_id.
-- Parameters: $whole: all postings, not those alone that postings_changed says are rewritten;
-- $part of $parts: the postings are asked for in so many parts, from 0.
with

states as (
  select
    posting_id,
    changed_at,
  from posting_states
  where hash(posting_id) % $parts = $part
    and (
      $whole
      or posting_id in (select posting_id from postings_changed where is_rewritten)
    )
)

select
  techs.posting_id,
  tech_id,
  tech,
  category,
  need,
  method,
  section,
  start_byte,
  end_byte,
  surface,
from silver.posting_techs as techs
join states on states.posting_id = techs.posting_id and states.changed_at = techs.valid_from
order by techs.posting_id, tech_id
