-- Which words prove a technology?
select tech, surface, section, method, count(*) as times
from silver.posting_techs
group by all
order by times desc, tech, surface
limit 30
