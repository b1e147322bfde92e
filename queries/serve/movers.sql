-- How the stock of open postings changed between two days, technology by technology.
-- grain: one row per technology with at least $least postings on both days together, risers first
-- inputs: gold.tech_daily
-- key: tech_id
-- parameters: $then and $now (calendar days), $least
-- noise is the change in standard deviations of the two counts, so that one posting more of a rare technology does not stand above
-- a hundred more of a common one. A technology without a row on a day had no open posting then.
with counted as (
    select
        d.tech_id,
        any_value(d.tech) as tech,
        coalesce(sum(d.open_count) filter (d.date = $then::date), 0)::bigint as then_count,
        coalesce(sum(d.open_count) filter (d.date = $now::date), 0)::bigint as now_count,
    from gold.tech_daily as d
    where d.role = '*' and d.source = '*' and d.date in ($then::date, $now::date)
    group by d.tech_id
)

select
    tech_id,
    tech,
    then_count,
    now_count,
    ((now_count - then_count) / sqrt(now_count + then_count))::double as noise,
from counted
where then_count + now_count >= $least::bigint
order by noise desc, tech_id
