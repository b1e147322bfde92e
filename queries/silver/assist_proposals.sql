-- Purpose: what a language model pointed at in a source's postings.
-- Grain: one row per content hash with a proposal: the newest answer of the newest prompt.
-- Inputs: silver.assistant_answers.
-- Key: content_hash.
-- Parameters: $source.
select
  content_hash,
  proposals,
from silver.assistant_answers
where source = $source
  and status = 'answered'
qualify row_number() over (partition by content_hash order by prompt_version desc, asked_at desc) = 1
  and proposals is not null
