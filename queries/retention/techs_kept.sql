-- Purpose: the technologies of versions whose texts retention removed: they cannot be found again.
-- Grain: one row per version and technology.
-- Inputs: silver.postings, silver.posting_techs, bronze.postings.
-- Key: posting_id, valid_from, tech_id.
-- Parameters: $source; $from, $to: the window, half-open.
select techs.*
from silver.posting_techs as techs
join silver.postings as versions
  on versions.posting_id = techs.posting_id
  and versions.valid_from = techs.valid_from
where techs.source = $source
  and techs.valid_from >= $from
  and techs.valid_from < $to
  and versions.source = $source
  and versions.text_expired_at is not null
  and not exists (
    select 1
    from bronze.postings as captures
    where captures.source = $source
      and captures.posting_id = versions.posting_id
      and captures.captured_at = versions.valid_from
      and captures.text_expired_at is null
  )
