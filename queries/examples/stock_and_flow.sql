-- How many jobs asked for Java on each day: stock and flow?
select date, open_count, opened_count, closed_count, company_count
from gold.tech_daily
where tech_id = 'java' and role = '*' and source = '*'
order by date
