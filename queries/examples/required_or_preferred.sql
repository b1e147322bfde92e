-- Is a technology asked for, or only liked?
select tech, count(*) filter (need = 'required') as required, count(*) filter (need = 'preferred') as preferred,
    round(100.0 * required / count(*), 1) as required_percent
from gold.posting_techs
join gold.postings using (posting_id)
where status = 'open' and is_it and country = 'KR'
group by tech
having count(*) >= 10
order by required_percent, tech
limit 20
