-- Purpose: the technologies of a posting's current version and what proves them.
-- Grain: one row per technology.
-- Inputs: gold.posting_techs.
-- Parameters: $posting_id.
select
  tech,
  need,
  method,
  section,
  start_byte,
  end_byte,
  surface,
from gold.posting_techs
where posting_id = $posting_id
order by tech
