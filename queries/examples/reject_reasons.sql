-- Which rows were refused, and why?
select source, table_name, reason, count(*) as rows
from (select source, table_name, unnest(reasons) as reason from ops.rejects)
group by all
order by rows desc
limit 20
