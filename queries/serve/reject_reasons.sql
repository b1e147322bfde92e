-- Why rows were refused, over some days: the reasons without the values that they quote.
-- grain: one row per source, table and reason, at most $row_limit, most frequent first
-- inputs: ops.rejects
-- key: source, table_name, reason
-- parameters: $since (instant), $row_limit
-- A row with two reasons counts under both. What a reason says a value is becomes … and numbers N, since a refused value may be
-- personal, and so that one fault is one row. reason_count is how many there are in all.
with reasons as (
    select
        coalesce(r.source, '') as source,
        r.table_name,
        r.rejected_at,
        regexp_replace(
            regexp_replace(
                regexp_replace(replace(u.reason, ' is missing, ', ' is missing; '), ' is .*, expected', ' is …, expected', 's'),
                '".*"|".*$', '"…"', 's'
            ),
            '[+-]?[0-9](?:[0-9.,:TZ+-]*[0-9Z])?', 'N', 'g'
        ) as reason,
    from ops.rejects as r, unnest(r.reasons) as u(reason)
    where coalesce(r.captured_at, r.rejected_at) >= $since::timestamptz
)

select
    source,
    table_name,
    reason,
    count(*) as reject_count,
    max(rejected_at) as last_at,
    count(*) over () as reason_count,
from reasons
group by source, table_name, reason
order by reject_count desc, source, table_name, reason
limit $row_limit::bigint
