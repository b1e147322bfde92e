-- Purpose: audit: are rows in = rows out + rejected + duplicate for every finished run?
-- Grain: one row per run whose rows do not add up, at most 20.
-- Inputs: ops.runs.
-- Parameters: none.
select
  'run ' || run_id || ' of ' || job || ': ' || rows_in || ' in, ' || rows_out || ' out, ' || rows_rejected || ' rejected, ' || rows_duplicate || ' duplicate' as finding,
from ops.runs
where status = 'done'
  and rows_in <> rows_out + rows_rejected + rows_duplicate
limit 20
