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
    (lead(valid_from) over (partition by posting_id order by valid_from) at time zone $zone)::date as next_date,
  from silver.postings
),

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

-- open stretches, as calendar days: open at the end of [opened, closed)
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

-- each posting that counts on a day
postings as materialized (
  select
    states.date,
    versions.posting_id,
    versions.valid_from,
    versions.source,
    versions.roles,
    versions.company_id,
    states.is_open,
    states.is_opened,
    states.is_closed,
    coalesce(duplicates.cluster_id, firsts.cluster_id) as cluster_id,
  from states
  join versions
    on versions.posting_id = states.posting_id
    and versions.from_date <= states.date
    and (versions.next_date is null or versions.next_date > states.date)
  left join silver.duplicates as duplicates
    on duplicates.posting_id = states.posting_id
    and (duplicates.found_at at time zone $zone)::date <= states.date
  left join (select distinct cluster_id from silver.duplicates) as firsts on firsts.cluster_id = states.posting_id
  where versions.counts
),

-- Texts that are counted once each go by numbers: counting distinct texts was most of the work.
companies as (
  select
    company_id,
    row_number() over () as company,
  from (select distinct company_id from postings where company_id is not null)
),

clusters as (
  select
    cluster_id,
    row_number() over () as cluster,
  from (select distinct cluster_id from postings where cluster_id is not null)
),

-- most postings stand in no cluster, and are counted as they come
numbered as (
  select
    postings.*,
    cluster is null as is_alone,
    cluster,
    if(is_open, company, null) as company,
  from postings
  left join companies using (company_id)
  left join clusters using (cluster_id)
),

mentions as (
  select
    numbered.date,
    techs.tech_id,
    unnest(list_distinct(list_append(coalesce(roles, []), '*'))) as role,
    numbered.source,
    is_alone,
    cluster,
    company,
    is_open,
    is_opened,
    is_closed,
  from numbered
  join silver.posting_techs as techs
    on techs.posting_id = numbered.posting_id
    and techs.valid_from = numbered.valid_from
),

names as (
  select
    tech_id,
    any_value(tech) as tech,
    any_value(category) as category,
  from silver.posting_techs
  group by tech_id
),

counted as (
  select
    date,
    tech_id,
    role,
    coalesce(source, '*') as source,
    count(*) filter (is_open and is_alone) + count(distinct cluster) filter (is_open) as open_count,
    count(*) filter (is_opened and is_alone) + count(distinct cluster) filter (is_opened) as opened_count,
    count(*) filter (is_closed and is_alone) + count(distinct cluster) filter (is_closed) as closed_count,
    count(distinct company) as company_count,
    count(*) filter (is_open) as open_count_raw,
    count(*) filter (is_opened) as opened_count_raw,
    count(*) filter (is_closed) as closed_count_raw,
  from mentions
  group by grouping sets ((date, tech_id, role, source), (date, tech_id, role))
)

select
  date,
  tech_id,
  tech,
  category,
  role,
  source,
  open_count,
  opened_count,
  closed_count,
  company_count,
  open_count_raw,
  opened_count_raw,
  closed_count_raw,
  company_count as company_count_raw,
from counted
join names using (tech_id)
order by date, tech_id, role, source
