-- Purpose: audit: does each list's newest complete read hold at least half of what its last seven held at the median?
-- Grain: one row per list that shrank, at most 20.
-- Inputs: bronze.lists.
-- Parameters: none.
-- Mode: warn. A list that lost more than half closes nothing until it is accepted; the rest may be published.
with

numbered as (
  select
    source,
    list,
    posting_count,
    read_at,
    row_number() over (partition by source, list order by read_at desc) as place,
  from bronze.lists
  where is_complete
),

compared as (
  select
    source,
    list,
    max(posting_count) filter (place = 1) as newest_count,
    median(posting_count) filter (place between 2 and 8) as usual_count,
    count(*) filter (place between 2 and 8) as reads,
  from numbered
  group by source, list
)

select
  'list ' || source || '/' || list || ' holds ' || newest_count || ' postings, usually ' || usual_count::bigint as finding,
from compared
where reads >= 3
  and usual_count >= 20
  and newest_count < usual_count / 2
order by source, list
limit 20
