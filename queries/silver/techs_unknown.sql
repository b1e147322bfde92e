-- Purpose: the newest version of every posting, to look for names that the dictionary does not know.
-- Grain: one row per posting.
-- Inputs: silver.postings.
-- Key: posting_id.
-- Parameters: none.
select *
from silver.postings
where is_it
qualify row_number() over (partition by posting_id order by valid_from desc) = 1
order by posting_id
