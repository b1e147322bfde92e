-- Purpose: a source's versions of a window, whole.
-- Grain: one row per version.
-- Inputs: silver.postings.
-- Key: posting_id, valid_from.
-- Parameters: $source; $from, $to: the window, half-open.
-- Surprising: rows come in no order; their texts are too much to sort.
select *
from silver.postings
where source = $source
  and valid_from >= $from
  and valid_from < $to
