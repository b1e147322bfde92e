-- Purpose: the last calendar day that was counted.
-- Grain: one row; null before the first.
-- Inputs: gold.tech_daily, gold.source_quality.
-- Parameters: none.
select
  greatest(
    (select max(date) from gold.tech_daily),
    (select max(date) from gold.source_quality)
  ) as date,
