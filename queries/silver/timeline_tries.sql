-- Purpose: every read of a list, complete or not, with the board's word where it says that
-- there is no such list.
-- Grain: one row per read of a list.
-- Inputs: bronze.lists.
-- Key: list, read_at.
-- Parameters: $source.
select
  list,
  read_at,
  run_id,
  is_missing,
from bronze.lists
where source = $source
order by list, read_at
