-- Purpose: from when to when does silver hold versions of a source?
-- Grain: one row; null where there is none.
-- Inputs: silver.postings.
-- Parameters: $source.
select
  min(valid_from) as first_at,
  max(valid_from) as last_at,
from silver.postings
where source = $source
