-- Purpose: the board's word that a posting is gone, where no complete list of the same run
-- holds it, or the board's lists go on naming what is gone.
-- Grain: one row per posting and run.
-- Inputs: bronze.sightings, bronze.lists.
-- Key: posting_id, seen_at.
-- Parameters: $source; $list_keeps_gone.
select
  gone.posting_id,
  max(gone.seen_at) as seen_at,
from bronze.sightings as gone
where gone.source = $source
  and gone.seen = 'gone'
  and ($list_keeps_gone or not exists (
    select 1
    from bronze.sightings as listed
    join bronze.lists as lists
      on lists.source = listed.source
      and lists.list = listed.list
      and lists.run_id = listed.run_id
      and lists.is_complete
    where listed.source = $source
      and listed.seen = 'listed'
      and listed.posting_id = gone.posting_id
      and listed.run_id = gone.run_id
  ))
group by gone.posting_id, gone.run_id
order by gone.posting_id, seen_at
