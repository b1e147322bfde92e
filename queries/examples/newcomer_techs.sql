-- What is asked of newcomers, and how does it differ from what is asked of everybody?
with jobs as (
    select posting_id, experience_min_years is not distinct from 0 as is_newcomer
    from gold.postings
    where status = 'open' and is_it and country = 'KR' and duplicate_of is null
)
select
    tech,
    round(100.0 * count(*) filter (is_newcomer) / nullif((select count(*) from jobs where is_newcomer), 0), 1) as newcomer_percent,
    round(100.0 * count(*) / nullif((select count(*) from jobs), 0), 1) as all_percent
from gold.posting_techs
join jobs using (posting_id)
group by tech
having count(*) >= 5
order by newcomer_percent desc nulls last, tech
limit 20
