-- How long does a job stay open, by role?
select role, count(*) as closed_jobs, round(median(date_diff('hour', first_seen_at, closed_at)) / 24.0, 1) as median_days
from (select unnest(roles) as role, first_seen_at, closed_at from gold.postings where status = 'closed' and is_it)
group by role
having count(*) >= 5
order by median_days desc
