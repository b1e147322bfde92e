-- What is paid, where the posting says so?
select role, count(*) as jobs, round(median(salary_min_krw) / 1e6, 1) as from_million_krw, round(median(salary_max_krw) / 1e6, 1) as to_million_krw
from (select unnest(roles) as role, salary_min_krw, salary_max_krw from gold.postings where is_it and country = 'KR' and (salary_min_krw is not null or salary_max_krw is not null))
group by role
order by jobs desc
