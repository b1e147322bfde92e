-- Purpose: every place that a language model took for a technology.
-- Grain: one row per source and content hash with a proposal: the newest answer of the newest prompt.
-- Inputs: silver.assistant_answers.
-- Key: source, content_hash.
-- Parameters: none.
select
  source,
  content_hash,
  posting_id,
  proposals,
from silver.assistant_answers
where status = 'answered'
qualify row_number() over (partition by source, content_hash order by prompt_version desc, asked_at desc) = 1
  and proposals is not null
