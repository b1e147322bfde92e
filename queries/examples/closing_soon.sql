-- Which jobs close within the next week of the lake's newest day?
select closes_at, company, title, techs, url
from gold.postings
where status = 'open' and is_it and closes_at between (select max(first_seen_at) from gold.postings) and (select max(first_seen_at) + interval 7 day from gold.postings)
order by closes_at
limit 50
