-- How many of a company's postings asked for each of its technologies, over time: stock at each interval's end.
-- grain: one row per technology and interval, of the $row_limit technologies that its postings name most
-- inputs: gold.postings, gold.posting_techs
-- key: tech_id, from_date
-- parameters: $company_id, $first, $last (calendar days, both included), $unit (day, week, month, quarter, year), $zone (the time zone of days), $row_limit
-- Postings of any kind and country, each job once; a posting counts from the day it was first seen to the day it closed, with
-- what its current content says.
with days as (
    select unnest(generate_series($first::date, $last::date, interval 1 day))::date as date
),

intervals as (
    select
        date_trunc($unit::varchar, date)::date as from_date,
        max(date) as last_date,
    from days
    group by all
),

mentions as (
    select
        t.tech_id,
        (p.first_seen_at at time zone $zone::varchar)::date as opened_date,
        (p.closed_at at time zone $zone::varchar)::date as closed_date,
    from gold.postings as p
    join gold.posting_techs as t using (posting_id)
    where p.duplicate_of is null and p.company_id = $company_id::varchar
),

top as (
    select
        tech_id,
        count(*) as posting_count,
    from mentions
    group by tech_id
    order by posting_count desc, tech_id
    limit $row_limit::bigint
)

select
    m.tech_id,
    i.from_date,
    i.last_date as to_date,
    count(*) filter (m.opened_date <= i.last_date and (m.closed_date is null or m.closed_date > i.last_date)) as open_count,
from intervals as i
cross join mentions as m
join top using (tech_id)
group by m.tech_id, i.from_date, i.last_date, top.posting_count
order by top.posting_count desc, m.tech_id, i.from_date
