-- Why do postings close?
select source, reason, count(*) as postings
from silver.lifecycle
where event = 'closed'
group by all
order by source, postings desc
