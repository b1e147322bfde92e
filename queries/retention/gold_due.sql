-- Purpose: which of a source's postings, as readers see them, have texts that are due to go?
-- Grain: one row.
-- Inputs: gold.postings, postings_due (the session's own: postings whose texts are due).
-- Parameters: $source.
select
  count(*) as text_count,
  coalesce(sum(strlen(concat(about, duties, requirements, preferred, benefits, process))), 0)::bigint as text_bytes,
from gold.postings
where source = $source
  and text_expired_at is null
  and posting_id in (select posting_id from postings_due)
