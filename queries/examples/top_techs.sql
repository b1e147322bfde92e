-- Which technologies do open IT jobs in Korea ask for most?
select tech, category, count(*) as jobs, round(100.0 * count(*) / any_value(total), 1) as percent
from gold.posting_techs
join (
    select posting_id, count(*) over () as total
    from gold.postings
    where status = 'open' and is_it and country = 'KR' and duplicate_of is null
) using (posting_id)
group by all
order by jobs desc, tech
limit 20
