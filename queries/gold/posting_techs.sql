-- Purpose: which technologies does each posting name now, and where?
-- Grain: one row per posting and technology of its current version.
-- Inputs: silver.postings, silver.posting_techs.
-- Key: posting_id, tech_id.
-- Parameters: none.
with

current_version as (
  select
    posting_id,
    max(valid_from) as valid_from,
  from silver.postings
  group by posting_id
)

select
  posting_id,
  tech_id,
  tech,
  category,
  need,
  method,
  section,
  start_byte,
  end_byte,
  surface,
from silver.posting_techs
join current_version using (posting_id, valid_from)
order by posting_id, tech_id
