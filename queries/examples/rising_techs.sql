-- Which technologies rose and fell most over the last four weeks?
with days as (select max(date) as now, max(date) - interval 28 day as before from gold.tech_daily),
stock as (
    select tech, date, open_count
    from gold.tech_daily, days
    where role = '*' and source = '*' and date in (days.now, days.before)
)
select
    tech,
    coalesce(max(open_count) filter (date = (select before from days)), 0) as before,
    coalesce(max(open_count) filter (date = (select now from days)), 0) as now,
    now - before as change
from stock
group by tech
order by abs(change) desc, tech
limit 20
