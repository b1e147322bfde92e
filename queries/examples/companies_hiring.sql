-- Who hires most, and with which technologies?
select companies.company, companies.open_count, string_agg(techs.tech, ', ' order by techs.open_count desc, techs.tech) filter (place <= 5) as top_techs
from gold.companies as companies
join (
    select *, row_number() over (partition by company_id order by open_count desc, tech) as place
    from gold.company_techs
) as techs using (company_id)
where companies.open_count > 0
group by all
order by companies.open_count desc, companies.company
limit 20
