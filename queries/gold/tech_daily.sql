-- Purpose: how many postings asked for a technology on a day: stock at the day's end, and
-- the day's flow.
-- Grain: one row per calendar day, technology, role and source; role and source '*' are all.
-- Inputs: silver.postings, silver.posting_techs, silver.lifecycle, silver.duplicates.
-- Key: date, tech_id, role, source.
-- Parameters: $first, $last: calendar days [first, last); $zone: the time zone of days.
-- Surprising: IT postings in Korea alone, as everywhere in gold's statistics. A cluster
-- counts as one posting from the day it was found; the _raw counts take postings as they are.
-- A posting counts with what the version valid at the day's end says.
with

days as (
  select unnest(generate_series($first::date, $last::date - interval 1 day, interval 1 day))::date as date
),

versions as (
  select
    posting_id,
    source,
    company_id,
    roles,
    is_it and country = 'KR' as counts,
    (valid_from at time zone $zone)::date as from_date,
    valid_from,
    lead(valid_from) over (partition by posting_id order by valid_from) as next_from,
  from silver.postings
),

-- open stretches of a posting, as calendar days: open at the end of [opened, closed)
turns as (
  select
    posting_id,
    event_at,
    event = 'closed' as is_closing,
  from silver.lifecycle
  where event in ('opened', 'closed', 'reopened')
  qualify is_closing is distinct from
    lag(event = 'closed') over (partition by posting_id order by event_at, event = 'closed')
),

stretches as (
  select
    posting_id,
    (event_at at time zone $zone)::date as opened_date,
    (next_at at time zone $zone)::date as closed_date,
  from (
    select
      *,
      lead(event_at) over (partition by posting_id order by event_at, is_closing) as next_at,
    from turns
  )
  where not is_closing
),

-- a posting on a day it was open at the end of, opened or closed
states as (
  select
    days.date,
    stretches.posting_id,
    bool_or(closed_date is null or closed_date > date) as is_open,
    bool_or(opened_date = date) as is_opened,
    bool_or(coalesce(closed_date = date, false)) as is_closed,
  from days
  join stretches
    on stretches.opened_date <= days.date
    and (stretches.closed_date is null or stretches.closed_date >= days.date)
  group by days.date, stretches.posting_id
),

postings as (
  select
    states.*,
    versions.source,
    versions.company_id,
    versions.roles,
    versions.valid_from,
    coalesce(duplicates.cluster_id, states.posting_id) as cluster_id,
  from states
  join versions
    on versions.posting_id = states.posting_id
    and versions.from_date <= states.date
    and (versions.next_from is null or (versions.next_from at time zone $zone)::date > states.date)
  left join silver.duplicates as duplicates
    on duplicates.posting_id = states.posting_id
    and (duplicates.found_at at time zone $zone)::date <= states.date
  where versions.counts
),

mentions as (
  select
    postings.* exclude (roles, valid_from, source),
    techs.tech_id,
    techs.tech,
    techs.category,
    unnest(list_distinct(list_append(coalesce(postings.roles, []), '*'))) as role,
    postings.source as own_source,
  from postings
  join silver.posting_techs as techs
    on techs.posting_id = postings.posting_id
    and techs.valid_from = postings.valid_from
),

by_source as (
  select
    * exclude (own_source),
    unnest(['*', own_source]) as source,
  from mentions
)

select
  date,
  tech_id,
  any_value(tech) as tech,
  any_value(category) as category,
  role,
  source,
  count(distinct cluster_id) filter (is_open) as open_count,
  count(distinct cluster_id) filter (is_opened) as opened_count,
  count(distinct cluster_id) filter (is_closed) as closed_count,
  count(distinct company_id) filter (is_open) as company_count,
  count(*) filter (is_open) as open_count_raw,
  count(*) filter (is_opened) as opened_count_raw,
  count(*) filter (is_closed) as closed_count_raw,
  count(distinct company_id) filter (is_open) as company_count_raw,
from by_source
group by date, tech_id, role, source
order by date, tech_id, role, source
