-- Purpose: the content versions of a posting, with the captures that they were read off.
-- Grain: one row per version.
-- Inputs: silver.postings, bronze.postings.
-- Parameters: $posting_id.
select
  versions.valid_from,
  versions.content_hash,
  versions.title,
  versions.source,
  captures.run_id,
  captures.capture,
  captures.raw_object,
  captures.raw_offset,
  captures.raw_length,
from silver.postings as versions
left join bronze.postings as captures
  on captures.posting_id = versions.posting_id
  and captures.captured_at = versions.valid_from
  and captures.content_hash = versions.content_hash
where versions.posting_id = $posting_id
order by versions.valid_from
