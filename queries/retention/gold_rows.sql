-- Purpose: all postings as readers see them.
-- Grain: one row per posting.
-- Inputs: gold.postings.
-- Key: posting_id.
-- Parameters: none.
-- Surprising: rows come in no order; their texts are too much to sort.
select *
from gold.postings
