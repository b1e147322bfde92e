-- Purpose: a source's rejected rows of a window, whole.
-- Grain: one row per rejected row.
-- Inputs: ops.rejects.
-- Parameters: $source; $from, $to: the window of rejection, half-open.
select *
from ops.rejects
where source = $source
  and rejected_at >= $from
  and rejected_at < $to
