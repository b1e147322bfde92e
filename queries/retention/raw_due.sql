-- Purpose: which raw records hold texts that are due to go?
-- Grain: one row per record and posting in it.
-- Inputs: bronze.postings, postings_due (the session's own: postings whose texts are due).
-- Key: raw_object, raw_offset, board_id.
-- Parameters: $source.
select distinct
  raw_object,
  raw_offset,
  board_id,
from bronze.postings
where source = $source
  and text_expired_at is null
  and posting_id in (select posting_id from postings_due)
  and (capture = 'detail' or strlen(concat(about, duties, requirements, preferred, benefits, process, body)) > 0)
order by raw_object, raw_offset, board_id
