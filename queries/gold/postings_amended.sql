-- Purpose: what is known now of the postings of which the state alone changed.
-- Grain: one row per posting of postings_changed that is not to be made anew.
-- Inputs: the session's own posting_states (gold/posting_states) and postings_changed
-- (gold/postings_changed).
-- Key: posting_id.
-- Parameters: none.
select
  posting_id,
  status,
  closed_reason,
  closed_at,
  first_seen_at,
  last_seen_at,
  duplicate_of,
  cluster_size,
  version_count,
from posting_states
where posting_id in (
  select posting_id
  from postings_changed
  where not is_rewritten
)
