-- How many postings asked for each of some technologies, over time: stock at each interval's end, flow within it.
-- grain: one row per technology and interval that holds a counted day
-- inputs: gold.tech_daily
-- key: tech_id, from_date
-- parameters: $tech_ids, $role and $source (* = all), $first, $last (calendar days, both included), $unit (day, week, month, quarter, year),
--   $is_raw (true: copies count too)
-- A day that was counted and has no row for a technology counts as nothing; a day that was not counted is left out, and
-- day_count says how many days an interval has. Weeks begin on Monday. An interval's company count is that of its last day.
with counted_days as (
    select distinct d.date
    from gold.tech_daily as d
    where d.role = '*' and d.source = '*' and d.date between $first::date and $last::date
),

daily as (
    select
        t.tech_id,
        c.date,
        date_trunc($unit::varchar, c.date)::date as from_date,
        coalesce(if($is_raw::boolean, d.open_count_raw, d.open_count), 0) as open_count,
        coalesce(if($is_raw::boolean, d.opened_count_raw, d.opened_count), 0) as opened_count,
        coalesce(if($is_raw::boolean, d.closed_count_raw, d.closed_count), 0) as closed_count,
        coalesce(if($is_raw::boolean, d.company_count_raw, d.company_count), 0) as company_count,
    from counted_days as c
    cross join (select unnest($tech_ids::varchar[]) as tech_id) as t
    left join gold.tech_daily as d
        on d.date = c.date and d.tech_id = t.tech_id and d.role = $role::varchar and d.source = $source::varchar
)

select
    tech_id,
    from_date,
    max(date) as to_date,
    count(*) as day_count,
    arg_max(open_count, date) as open_count,
    sum(opened_count)::bigint as opened_count,
    sum(closed_count)::bigint as closed_count,
    arg_max(company_count, date) as company_count,
from daily
group by tech_id, from_date
order by list_position($tech_ids::varchar[], tech_id), from_date
