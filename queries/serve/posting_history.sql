-- What happened to one posting, oldest first.
-- grain: one row per event of the posting
-- inputs: silver.lifecycle
-- key: event_at, event
-- parameters: $posting_id
select
    l.event,
    l.event_at,
    l.reason,
from silver.lifecycle as l
where l.posting_id = $posting_id::varchar
order by l.event_at, case l.event when 'opened' then 0 when 'changed' then 1 when 'reopened' then 2 else 3 end, l.event
