-- I know Java and Spring Boot: which technology opens most further jobs?
with mine as (select unnest(['java', 'spring-boot']) as tech_id),
jobs as (
    select posting_id, list(tech_id) filter (need = 'required' and tech_id not in (select tech_id from mine)) as missing
    from gold.posting_techs
    join gold.postings using (posting_id)
    where status = 'open' and is_it and country = 'KR'
    group by posting_id
    having count(*) filter (tech_id in (select tech_id from mine)) > 0
)
select missing[1] as tech_id, count(*) as jobs_that_need_only_this
from jobs
where len(missing) = 1
group by 1
order by 2 desc, 1
limit 10
