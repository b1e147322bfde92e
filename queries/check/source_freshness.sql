-- Purpose: audit: was every source read completely within three days of the lake's newest complete read?
-- Grain: one row per source that fell behind, at most 20.
-- Inputs: bronze.lists.
-- Parameters: none.
-- Mode: warn. A board that is away must not keep the others from being published.
with

reads as (
  select
    source,
    max(read_at) filter (is_complete) as last_complete_at,
    max(read_at) as last_read_at,
  from bronze.lists
  group by source
),

newest as (
  select max(last_complete_at) as newest_at
  from reads
)

select
  'source ' || source || ' was last read completely '
  || coalesce(strftime(last_complete_at, '%Y-%m-%d %H:%M UTC'), 'never')
  || ', the lake on ' || strftime(newest_at, '%Y-%m-%d %H:%M UTC') as finding,
from reads, newest
where newest_at is not null
  and (last_complete_at is null or last_complete_at < newest_at - interval 72 hour)
order by source
limit 20
