-- Purpose: from which captures did the rejected rows come, so that they can be read again?
-- Grain: one row per source.
-- Inputs: ops.rejects.
-- Key: source.
-- Parameters: $table_name: the table that refused them, null = every table.
select
  source,
  min(captured_at) as first_captured_at,
  max(captured_at) as last_captured_at,
  count(*) as reject_count,
from ops.rejects
where source is not null
  and ($table_name::varchar is null or table_name = $table_name)
group by source
order by source
