-- The numbers at the head of the site, over the postings that match a filter.
-- grain: one row
-- inputs: gold.postings, gold.posting_techs
-- key: none
-- parameters: $since (first seen from then on counts as new), $closes_from and $closes_before (an end in between counts as
--   closing soon), and those of serve/_posting_filter
select
    count(*) as posting_count,
    count(*) filter (where p.first_seen_at >= $since::timestamptz) as new_count,
    count(*) filter (where p.closes_at >= $closes_from::timestamptz and p.closes_at < $closes_before::timestamptz) as closing_count,
    count(distinct p.source) as source_count,
    count(distinct p.company_id) as company_count,
    list_sort(list(distinct p.source)) as sources,
from gold.postings as p
where
    -- include: serve/_posting_filter
