-- Which state every posting is in, to tell what an index has to take up anew.
-- grain: one row per posting
-- inputs: gold.postings, gold.posting_techs, silver.lifecycle
-- key: posting_id
-- parameters: none
-- state changes with any column of the posting, of its technologies, and with its events. posted_us is its place in time
-- (microseconds since 1970), by which parts of the index are cut.
with techs as (
    select
        t.posting_id,
        hash(count(*), bit_xor(hash(t))) as state,
    from gold.posting_techs as t
    group by t.posting_id
),

events as (
    select
        l.posting_id,
        hash(count(*), bit_xor(hash(l.event, l.event_at, l.reason))) as state,
    from silver.lifecycle as l
    group by l.posting_id
)

select
    p.posting_id,
    (hash(p, techs.state, events.state) >> 1)::bigint as state,
    epoch_us(coalesce(p.posted_at, p.first_seen_at)) as posted_us,
from gold.postings as p
left join techs using (posting_id)
left join events using (posting_id)
