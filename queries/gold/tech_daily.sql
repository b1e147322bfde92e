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
    struct_pack(roles := versions.roles, source := versions.source) as said,
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

-- Texts go by numbers: grouping by them and counting distinct ones was most of the work.
technologies as materialized (
  select
    tech_id,
    any_value(tech) as tech,
    any_value(category) as category,
    row_number() over () as number,
  from silver.posting_techs
  group by tech_id
),

-- what postings say of their roles and source: few differ
kinds as materialized (
  select
    said,
    row_number() over () as number,
  from (select distinct said from postings)
),

companies as (
  select
    company_id,
    row_number() over () as number,
  from (select distinct company_id from postings where company_id is not null)
),

clusters as (
  select
    cluster_id,
    row_number() over () as number,
  from (select distinct cluster_id from postings where cluster_id is not null)
),

numbered as materialized (
  select
    date,
    posting_id,
    valid_from,
    kinds.number as kind,
    clusters.number as cluster,
    if(is_open, companies.number, null) as company,
    is_open,
    is_opened,
    is_closed,
  from postings
  join kinds on kinds.said = postings.said
  left join companies on companies.company_id = postings.company_id
  left join clusters on clusters.cluster_id = postings.cluster_id
),

mentions as materialized (
  select
    date,
    technologies.number as tech_number,
    kind,
    cluster,
    company,
    is_open,
    is_opened,
    is_closed,
  from silver.posting_techs as techs
  join numbered
    on numbered.posting_id = techs.posting_id
    and numbered.valid_from = techs.valid_from
  join technologies on technologies.tech_id = techs.tech_id
),

-- the roles and sources under which each kind is counted
places as materialized (
  select
    kind,
    role,
    unnest([source, '*']) as source,
  from (
    select
      number as kind,
      unnest(list_distinct(list_append(coalesce(said.roles, []), '*'))) as role,
      said.source as source,
    from kinds
  )
),

numbered_places as materialized (
  select
    role,
    source,
    row_number() over () as place,
  from (select distinct role, source from places)
),

counted_in as materialized (
  select
    kind,
    place,
  from places
  join numbered_places using (role, source)
),

-- most postings stand in no cluster, and are counted as they come
counts as (
  select
    date,
    tech_number,
    place,
    sum(open_alone) as open_alone,
    sum(opened_alone) as opened_alone,
    sum(closed_alone) as closed_alone,
    sum(open_count) as open_count_raw,
    sum(opened_count) as opened_count_raw,
    sum(closed_count) as closed_count_raw,
  from (
    select
      date,
      tech_number,
      kind,
      count(*) filter (is_open and cluster is null) as open_alone,
      count(*) filter (is_opened and cluster is null) as opened_alone,
      count(*) filter (is_closed and cluster is null) as closed_alone,
      count(*) filter (is_open) as open_count,
      count(*) filter (is_opened) as opened_count,
      count(*) filter (is_closed) as closed_count,
    from mentions
    group by date, tech_number, kind
  )
  join counted_in using (kind)
  group by date, tech_number, place
),

-- Companies that say the same are counted together, before they are counted in every place.
firms as materialized (
  select
    date,
    tech_number,
    kinds,
    count(*) as company_count,
  from (
    select
      date,
      tech_number,
      company,
      list_sort(list(distinct kind)) as kinds,
    from mentions
    where company is not null
    group by date, tech_number, company
  )
  group by date, tech_number, kinds
),

company_counts as (
  select
    date,
    tech_number,
    place,
    sum(company_count) as company_count,
  from firms
  join (
    select distinct
      kinds,
      place,
    from (
      select
        kinds,
        unnest(kinds) as kind,
      from (select distinct kinds from firms)
    )
    join counted_in using (kind)
  ) using (kinds)
  group by date, tech_number, place
),

cluster_counts as (
  select
    date,
    tech_number,
    place,
    count(distinct cluster) filter (is_open) as open_count,
    count(distinct cluster) filter (is_opened) as opened_count,
    count(distinct cluster) filter (is_closed) as closed_count,
  from mentions
  join counted_in using (kind)
  where cluster is not null
  group by date, tech_number, place
)

select
  counts.date,
  technologies.tech_id,
  technologies.tech,
  technologies.category,
  numbered_places.role,
  numbered_places.source,
  open_alone + coalesce(cluster_counts.open_count, 0) as open_count,
  opened_alone + coalesce(cluster_counts.opened_count, 0) as opened_count,
  closed_alone + coalesce(cluster_counts.closed_count, 0) as closed_count,
  coalesce(company_count, 0) as company_count,
  open_count_raw,
  opened_count_raw,
  closed_count_raw,
  coalesce(company_count, 0) as company_count_raw,
from counts
join numbered_places using (place)
join technologies on technologies.number = counts.tech_number
left join company_counts using (date, tech_number, place)
left join cluster_counts using (date, tech_number, place)
order by date, tech_id, role, source
