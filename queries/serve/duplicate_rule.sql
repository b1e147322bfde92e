-- By which rule the copies in the lake were found, and how many it found.
-- grain: one row
-- inputs: silver.duplicates
-- key: none
-- parameters: none
select
    max(d.rule_version) as rule_version,
    count(*) as copy_count,
from silver.duplicates as d
