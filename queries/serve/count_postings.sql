-- How many postings match a filter.
-- grain: one row
-- inputs: gold.postings, gold.posting_techs
-- key: none
-- parameters: those of serve/_posting_filter
select count(*) as posting_count
from gold.postings as p
where
    -- include: serve/_posting_filter
