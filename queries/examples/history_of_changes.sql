-- Which open postings changed most often, and when last?
select title, company, version_count, changed_at
from gold.postings
where version_count > 1 and status = 'open'
order by version_count desc, changed_at desc
limit 20
