-- How much experience is asked for, by role?
select role, count(*) as jobs, count(*) filter (experience_min_years = 0) as newcomers_welcome, median(experience_min_years) as median_min_years
from (select unnest(roles) as role, experience_min_years from gold.postings where status = 'open' and is_it and country = 'KR' and experience_min_years is not null)
group by role
order by jobs desc
