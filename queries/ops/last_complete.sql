-- Purpose: when was a list of each source last read to its end?
-- Grain: one row per source of which that ever was.
-- Inputs: bronze.lists.
-- Key: source.
-- Parameters: none.
select
  source,
  max(read_at) as last_complete_at,
from bronze.lists
where is_complete
group by source
order by source
