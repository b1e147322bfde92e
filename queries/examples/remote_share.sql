-- How many jobs may be done from home, by region?
select coalesce(region, '?') as region, count(*) as jobs, count(*) filter (remote = 'remote') as remote, count(*) filter (remote = 'hybrid') as hybrid
from gold.postings
where status = 'open' and is_it and country = 'KR' and duplicate_of is null
group by all
order by jobs desc
