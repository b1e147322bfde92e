-- Purpose: how fresh and how complete is each source?
-- Grain: one row per calendar day and source that had a version, a list read, a reject or a closing.
-- Inputs: silver.postings, silver.posting_techs, silver.lifecycle, bronze.lists, ops.rejects.
-- Key: date, source.
-- Parameters: $first, $last: calendar days [first, last); $zone: the time zone of days.
with

versions as (
  select
    (valid_from at time zone $zone)::date as date,
    source,
    count(*) as version_count,
    count(company) as with_company,
    count(location_raw) as with_location,
    count(*) filter (exists (
      select 1
      from silver.posting_techs as techs
      where techs.posting_id = postings.posting_id
        and techs.valid_from = postings.valid_from
    )) as with_tech,
    count(closes_at) as with_end_date,
    count(salary_raw) as with_salary,
    count(*) filter (is_detail) as with_detail,
  from silver.postings as postings
  group by all
),

reads as (
  select
    (read_at at time zone $zone)::date as date,
    source,
    count(*) as list_reads,
    count(*) filter (is_complete) as complete_reads,
    max(read_at) filter (is_complete) as last_read_at,
  from bronze.lists
  group by all
),

refused as (
  select
    (captured_at at time zone $zone)::date as date,
    source,
    count(*) as reject_count,
  from ops.rejects
  where source is not null
  group by all
),

closings as (
  select
    (event_at at time zone $zone)::date as date,
    source,
    count(*) as closed_count,
  from silver.lifecycle
  where event = 'closed'
  group by all
)

select
  date,
  source,
  coalesce(version_count, 0) as version_count,
  coalesce(with_company, 0) as with_company,
  coalesce(with_location, 0) as with_location,
  coalesce(with_tech, 0) as with_tech,
  coalesce(with_end_date, 0) as with_end_date,
  coalesce(with_salary, 0) as with_salary,
  coalesce(with_detail, 0) as with_detail,
  coalesce(list_reads, 0) as list_reads,
  coalesce(complete_reads, 0) as complete_reads,
  last_read_at,
  coalesce(reject_count, 0) as reject_count,
  coalesce(closed_count, 0) as closed_count,
from versions
full join reads using (date, source)
full join refused using (date, source)
full join closings using (date, source)
where date >= $first::date
  and date < $last::date
order by date, source
