-- Purpose: lists of which the board says that there is no such list.
-- Grain: one row per read of a list, with the board's word.
-- Inputs: bronze.lists.
-- Key: list, read_at.
-- Parameters: $source.
select
  list,
  read_at,
  is_missing,
from bronze.lists
where source = $source
order by list, read_at
