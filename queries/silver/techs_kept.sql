-- Purpose: the technologies of versions whose texts retention removed: they cannot be found again.
-- Grain: one row per posting version and technology.
-- Inputs: silver.postings, silver.posting_techs.
-- Key: posting_id, valid_from, tech_id.
-- Parameters: $source; $from, $to: the window, half-open.
select
  techs.*,
from silver.posting_techs as techs
join silver.postings as postings
  on postings.posting_id = techs.posting_id
  and postings.valid_from = techs.valid_from
where techs.source = $source
  and techs.valid_from >= $from
  and techs.valid_from < $to
  and postings.source = $source
  and postings.text_expired_at is not null
