-- Purpose: how many captures a silver unit is made of.
-- Grain: one row.
-- Inputs: bronze.postings.
-- Parameters: $source; $from, $to: the window, half-open.
select
  count(*) as row_count,
from bronze.postings
where source = $source
  and captured_at >= $from
  and captured_at < $to
  and is_whole
