-- Purpose: what was made of sealed runs, which cannot be made again.
-- Grain: one row per capture.
-- Inputs: bronze.postings.
-- Key: posting_id, captured_at, raw_object, raw_offset.
-- Parameters: $source; $run_id; $from, $to: the window, half-open.
select *
from bronze.postings
where source = $source
  and run_id = $run_id
  and captured_at >= $from
  and captured_at < $to
