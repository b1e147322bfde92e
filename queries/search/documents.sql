-- What an index takes up of some postings: their rows, technologies and events.
-- grain: one row per posting of wanted
-- inputs: wanted (the session's own: posting_id, state), gold.postings, gold.posting_techs, silver.lifecycle
-- key: posting_id
-- parameters: none
-- tech_rows and event_rows are JSON lists, in the order of serve/posting_techs and serve/posting_history.
with techs as (
    select
        t.posting_id,
        to_json(list(
            struct_pack(
                tech_id := t.tech_id, tech := t.tech, category := t.category, need := t.need, method := t.method, section := t.section,
                start_byte := t.start_byte, end_byte := t.end_byte, surface := t.surface
            )
            order by t.need = 'preferred', t.tech, t.tech_id
        )) as tech_rows,
    from gold.posting_techs as t
    semi join wanted using (posting_id)
    group by t.posting_id
),

events as (
    select
        l.posting_id,
        to_json(list(
            struct_pack(event := l.event, event_us := epoch_us(l.event_at), reason := l.reason)
            order by l.event_at, case l.event when 'opened' then 0 when 'changed' then 1 when 'reopened' then 2 else 3 end, l.event
        )) as event_rows,
    from silver.lifecycle as l
    semi join wanted using (posting_id)
    group by l.posting_id
)

select
    p.*,
    wanted.state,
    techs.tech_rows::varchar as tech_rows,
    events.event_rows::varchar as event_rows,
from gold.postings as p
join wanted using (posting_id)
left join techs using (posting_id)
left join events using (posting_id)
