-- Purpose: sentences that a posting alone has, to prove by that it is gone.
-- Grain: one row per line of its texts, the longest 20.
-- Inputs: bronze.postings, silver.postings.
-- Key: line.
-- Parameters: $posting_id.
with

texts as (
  select posting_id, concat_ws(chr(10), about, duties, requirements, preferred, benefits, process, body) as text
  from bronze.postings
  union all
  select posting_id, concat_ws(chr(10), about, duties, requirements, preferred, benefits, process) as text
  from silver.postings
),

lines as (
  select distinct trim(unnest(string_split(text, chr(10)))) as line
  from texts
  where posting_id = $posting_id
),

longest as (
  select line
  from lines
  where length(line) >= 12
  order by length(line) desc, line
  limit 60
)

select line
from longest
where not exists (
  select 1
  from texts
  where posting_id <> $posting_id
    and contains(text, line)
)
order by length(line) desc, line
limit 20
