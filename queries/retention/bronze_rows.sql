-- Purpose: a source's captures of a window, whole.
-- Grain: one row per capture.
-- Inputs: bronze.postings.
-- Key: posting_id, captured_at, raw_object, raw_offset.
-- Parameters: $source; $from, $to: the window, half-open.
-- Surprising: rows come in no order; their texts are too much to sort.
select *
from bronze.postings
where source = $source
  and captured_at >= $from
  and captured_at < $to
