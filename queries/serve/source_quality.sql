-- How fresh and how complete each source is, over the last days that were counted.
-- grain: one row per source that was ever read or has a posting
-- inputs: gold.source_quality, gold.postings
-- key: source
-- parameters: $days (calendar days up to the last one counted; the counts are of them, last_read_at and the postings are of all time)
-- A content version is what a posting said from one change to the next; the with_ counts are versions that state the fact.
with span as (
    select
        max(q.date) as to_date,
        (max(q.date) - ($days::integer - 1))::date as from_date,
    from gold.source_quality as q
),

counted as (
    select
        q.source,
        max(q.last_read_at) as last_read_at,
        sum(q.list_reads) filter (where q.date >= span.from_date) as list_reads,
        sum(q.complete_reads) filter (where q.date >= span.from_date) as complete_reads,
        sum(q.version_count) filter (where q.date >= span.from_date) as version_count,
        sum(q.with_company) filter (where q.date >= span.from_date) as with_company,
        sum(q.with_location) filter (where q.date >= span.from_date) as with_location,
        sum(q.with_tech) filter (where q.date >= span.from_date) as with_tech,
        sum(q.with_end_date) filter (where q.date >= span.from_date) as with_end_date,
        sum(q.with_salary) filter (where q.date >= span.from_date) as with_salary,
        sum(q.with_detail) filter (where q.date >= span.from_date) as with_detail,
        sum(q.reject_count) filter (where q.date >= span.from_date) as reject_count,
        sum(q.closed_count) filter (where q.date >= span.from_date) as closed_count,
    from gold.source_quality as q
    cross join span
    group by q.source
),

posted as (
    select
        p.source,
        count(*) filter (where p.status = 'open') as open_count,
        count(*) filter (where p.status = 'open' and p.duplicate_of is not null) as copy_count,
        count(*) filter (where p.status = 'open' and p.is_it and p.country = 'KR' and p.duplicate_of is null) as everyday_count,
    from gold.postings as p
    group by p.source
)

select
    source,
    span.from_date,
    span.to_date,
    counted.last_read_at,
    coalesce(counted.list_reads, 0)::bigint as list_reads,
    coalesce(counted.complete_reads, 0)::bigint as complete_reads,
    coalesce(counted.version_count, 0)::bigint as version_count,
    coalesce(counted.with_company, 0)::bigint as with_company,
    coalesce(counted.with_location, 0)::bigint as with_location,
    coalesce(counted.with_tech, 0)::bigint as with_tech,
    coalesce(counted.with_end_date, 0)::bigint as with_end_date,
    coalesce(counted.with_salary, 0)::bigint as with_salary,
    coalesce(counted.with_detail, 0)::bigint as with_detail,
    coalesce(counted.reject_count, 0)::bigint as reject_count,
    coalesce(counted.closed_count, 0)::bigint as closed_count,
    coalesce(posted.open_count, 0) as open_count,
    coalesce(posted.copy_count, 0) as copy_count,
    coalesce(posted.everyday_count, 0) as everyday_count,
from counted
full join posted using (source)
cross join span
order by source
