-- Purpose: versions whose texts retention removed: they cannot be made again.
-- Grain: one row per version.
-- Inputs: silver.postings, bronze.postings.
-- Key: posting_id, valid_from.
-- Parameters: $source; $from, $to: the window, half-open.
-- Surprising: a version whose capture still has its text is made again, whatever silver says.
select versions.*
from silver.postings as versions
where versions.source = $source
  and versions.valid_from >= $from
  and versions.valid_from < $to
  and versions.text_expired_at is not null
  and not exists (
    select 1
    from bronze.postings as captures
    where captures.source = $source
      and captures.posting_id = versions.posting_id
      and captures.captured_at = versions.valid_from
      and captures.text_expired_at is null
  )
