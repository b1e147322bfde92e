-- Purpose: where a source's captures end, so that a unit of the past can restate what came after.
-- Grain: one row; null where there is no capture.
-- Inputs: bronze.postings, bronze.lists.
-- Parameters: $source.
select
  greatest(
    (select max(captured_at) from bronze.postings where source = $source),
    (select max(read_at) from bronze.lists where source = $source)
  ) as last_at,
