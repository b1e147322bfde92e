-- Purpose: what technologies are found in.
-- Grain: one row per posting version of the window whose texts stand.
-- Inputs: silver.postings.
-- Key: posting_id, valid_from.
-- Parameters: $source; $from, $to: the window, half-open.
-- Surprising: rows come in no order; their texts are too much to sort.
select
  posting_id,
  content_hash,
  valid_from,
  title,
  company,
  duties,
  requirements,
  preferred,
  benefits,
  process,
  about,
  board_tags,
from silver.postings
where source = $source
  and valid_from >= $from
  and valid_from < $to
  and text_expired_at is null
