-- Purpose: rows that broke their contract, newest first.
-- Grain: one row per rejected row.
-- Inputs: ops.rejects.
-- Parameters: $table_name: the table that refused them, null = every table; $limit.
select
  rejected_at,
  job,
  source,
  table_name,
  reasons,
  url,
  raw_object,
  raw_offset,
  row as refused_row,
from ops.rejects
where $table_name::varchar is null or table_name = $table_name
order by rejected_at desc, source, url, raw_offset
limit $limit
