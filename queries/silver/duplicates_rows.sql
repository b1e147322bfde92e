-- Purpose: what was decided of duplicates so far.
-- Grain: one row per posting of a cluster.
-- Inputs: silver.duplicates.
-- Key: posting_id.
-- Parameters: none.
select
  posting_id,
  cluster_id,
  rule_version,
  score,
  found_at,
from silver.duplicates
order by posting_id
