-- Purpose: which runs does bronze hold anything of?
-- Grain: one row per run.
-- Inputs: bronze.postings, bronze.lists.
-- Key: run_id.
-- Parameters: $source; $from: an instant.
select run_id
from bronze.postings
where source = $source
  and captured_at >= $from
union
select run_id
from bronze.lists
where source = $source
  and read_at >= $from
