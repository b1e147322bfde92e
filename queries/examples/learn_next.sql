-- I know Java and Spring Boot: which technology is missing most often for jobs that ask for these?
with mine as (select unnest(['java', 'spring-boot']) as tech_id),
jobs as (
    select distinct posting_id
    from gold.posting_techs
    join gold.postings using (posting_id)
    where status = 'open' and is_it and country = 'KR' and duplicate_of is null and tech_id in (select tech_id from mine)
)
select tech, count(*) filter (need = 'required') as required_by, count(*) filter (need = 'preferred') as preferred_by, round(100.0 * count(*) / (select count(*) from jobs), 1) as percent
from gold.posting_techs
join jobs using (posting_id)
where tech_id not in (select tech_id from mine)
group by tech
order by required_by desc, preferred_by desc, tech
limit 20
