-- Purpose: the complete reads of each list, with how many postings it held and lost.
-- Grain: one row per complete read.
-- Inputs: bronze.lists, silver.presence.
-- Key: list, read_at.
-- Parameters: $source.
-- Surprising: a posting is lost at the read after the last one that holds it.
with

reads as (
  select
    list,
    run_id,
    max(read_at) as read_at,
    max(posting_count) as posting_count,
    lag(max(read_at)) over (partition by list order by max(read_at)) as previous_at,
  from bronze.lists
  where source = $source
    and is_complete
  group by list, run_id
),

losses as (
  select
    list,
    seen_to,
    count(*) as lost_count,
  from silver.presence
  where source = $source
    and seen_to is not null
  group by list, seen_to
)

select
  reads.list,
  reads.read_at,
  reads.posting_count,
  coalesce(losses.lost_count, 0) as lost_count,
from reads
left join losses
  on losses.list = reads.list
  and losses.seen_to = reads.previous_at
order by reads.list, reads.read_at
