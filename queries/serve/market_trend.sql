-- Open IT postings in Korea over time, each job once, by role or by board: stock at each interval's end, flow within it.
-- grain: one row per value and interval; the value * is all
-- inputs: gold.postings
-- key: value, from_date
-- parameters: $by (role, source), $first, $last (calendar days, both included), $unit (day, week, month, quarter, year), $zone (the time zone of days)
-- A posting counts from the day it was first seen to the day it closed; one that closed and came back counts through. Weeks begin
-- on Monday. opened_count of the first interval holds what was there when collecting began.
with days as (
    select unnest(generate_series($first::date, $last::date, interval 1 day))::date as date
),

intervals as (
    select
        date_trunc($unit::varchar, date)::date as from_date,
        min(date) as first_date,
        max(date) as last_date,
    from days
    group by all
),

postings as (
    select
        (p.first_seen_at at time zone $zone::varchar)::date as opened_date,
        (p.closed_at at time zone $zone::varchar)::date as closed_date,
        list_distinct(list_append(if($by::varchar = 'role', coalesce(p.roles, []), [p.source]), '*')) as named,
    from gold.postings as p
    where p.duplicate_of is null and p.is_it and p.country = 'KR'
),

named as (
    select
        unnest(named) as value,
        opened_date,
        closed_date,
    from postings
)

select
    n.value,
    i.from_date,
    i.last_date as to_date,
    count(*) filter (n.opened_date <= i.last_date and (n.closed_date is null or n.closed_date > i.last_date)) as open_count,
    count(*) filter (n.opened_date between i.first_date and i.last_date) as opened_count,
    count(*) filter (n.closed_date between i.first_date and i.last_date) as closed_count,
from intervals as i
cross join named as n
group by n.value, i.from_date, i.last_date
order by n.value, i.from_date
