-- Which jobs stand on more than one board?
select any_value(title) as title, any_value(company) as company, count(*) as postings, list(distinct source order by source) as boards
from gold.postings
join silver.duplicates using (posting_id)
group by cluster_id
having count(distinct source) > 1
order by postings desc, title
limit 20
