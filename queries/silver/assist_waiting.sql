-- Purpose: the contents that a language model may be asked about and was not yet.
-- Grain: one row per content hash: the newest version with it that begins in the window.
-- Inputs: silver.postings, silver.assistant_answers.
-- Key: content_hash.
-- Parameters: $source; $from, $to: the window, half-open; $prompt_version; $again_before: what
-- was asked in vain before this instant may be asked again.
-- Surprising: newest first, since the budget may end before the rows do; IT postings alone.
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
from silver.postings as postings
where source = $source
  and valid_from >= $from
  and valid_from < $to
  and is_it
  and text_expired_at is null
  and not exists (
    select 1
    from silver.assistant_answers as answers
    where answers.source = $source
      and answers.content_hash = postings.content_hash
      and answers.prompt_version = $prompt_version
      and (answers.status <> 'unavailable' or answers.asked_at >= $again_before)
  )
qualify row_number() over (partition by content_hash order by valid_from desc, posting_id) = 1
order by valid_from desc, posting_id
