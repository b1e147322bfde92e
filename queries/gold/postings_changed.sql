-- Purpose: the postings of which gold.postings says something else than silver does now, and
-- what of it.
-- Grain: one row per posting that is new, changed or gone.
-- Inputs: gold.postings, posting_states (the session's own: gold/posting_states).
-- Key: posting_id.
-- Parameters: $versions_from: silver's versions that begin here or later were written since
-- gold.postings was; null where none were.
-- Surprising: is_rewritten says that texts and technologies are to be made anew; of the
-- others only the state changed. Two joins instead of a full one, which takes four times as long.
select
  states.posting_id,
  postings.posting_id is not null as is_known,
  postings.posting_id is null
  or coalesce(states.changed_at >= $versions_from, false)
  or states.changed_at is distinct from postings.changed_at as is_rewritten,
from posting_states as states
left join gold.postings as postings on postings.posting_id = states.posting_id
where postings.posting_id is null
  or coalesce(states.changed_at >= $versions_from, false)
  or states.changed_at is distinct from postings.changed_at
  or states.first_seen_at is distinct from postings.first_seen_at
  or states.version_count is distinct from postings.version_count
  or states.status is distinct from postings.status
  or states.closed_reason is distinct from postings.closed_reason
  or states.closed_at is distinct from postings.closed_at
  or states.last_seen_at is distinct from postings.last_seen_at
  or states.duplicate_of is distinct from postings.duplicate_of
  or states.cluster_size is distinct from postings.cluster_size
union all
select
  posting_id,
  true as is_known,
  true as is_rewritten,
from gold.postings
anti join posting_states using (posting_id)
