-- Purpose: which lists did a collecting run read, and how far?
-- Grain: one row per list.
-- Inputs: bronze.lists.
-- Key: list.
-- Parameters: $run_id.
select
  list,
  read_at,
  is_complete,
  posting_count,
  board_total,
  coalesce(error, '') as error,
from bronze.lists
where run_id = $run_id::varchar
order by list
