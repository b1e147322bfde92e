-- Purpose: audit: does the newest day of gold.tech_daily agree with a recount of gold.postings?
-- Grain: one row per technology that differs, at most 20.
-- Inputs: gold.tech_daily, gold.postings, gold.posting_techs.
-- Parameters: $zone: the time zone of days.
-- Surprising: only where nothing happened after that day, else the two speak of different times.
with

newest as (
  select max(date) as date
  from gold.tech_daily
),

recount as (
  select
    tech_id,
    count(*) as open_count,
  from gold.posting_techs
  join gold.postings using (posting_id)
  where status = 'open'
    and is_it
    and country = 'KR'
  group by tech_id
),

daily as (
  select
    tech_id,
    open_count_raw as open_count,
  from gold.tech_daily
  join newest using (date)
  where role = '*'
    and source = '*'
)

select
  'technology ' || tech_id || ': ' || coalesce(daily.open_count, 0) || ' open in gold.tech_daily, ' || coalesce(recount.open_count, 0) || ' in gold.postings' as finding,
from daily
full join recount using (tech_id)
where coalesce(daily.open_count, 0) <> coalesce(recount.open_count, 0)
  and (select max(event_at at time zone $zone)::date from silver.lifecycle) <= (select date from newest)
limit 20
