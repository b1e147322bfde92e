-- Purpose: the postings among which duplicates of the window's may be.
-- Grain: one row per posting of a company that has a posting which became readable from $from on.
-- Inputs: silver.postings.
-- Key: posting_id.
-- Parameters: $from.
-- Surprising: a posting is what the first version with its detail said, for good: what is
-- edited later does not make it another job, and a decision once made stands.
with

readable as (
  select
    posting_id,
    min(valid_from) as valid_from,
  from silver.postings
  where is_detail
    and company_id is not null
  group by posting_id
),

candidates as (
  select
    postings.*,
  from silver.postings as postings
  join readable using (posting_id, valid_from)
)

select
  posting_id,
  valid_from,
  source,
  company_id,
  company,
  title,
  location_raw,
  region,
  district,
  country,
  employment,
  experience_min_years,
  experience_max_years,
  text_expired_at is not null as is_expired,
from candidates
where company_id in (
  select company_id
  from candidates
  where valid_from >= $from
)
order by company_id, valid_from, posting_id
