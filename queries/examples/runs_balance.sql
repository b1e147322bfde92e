-- Does every job account for its rows: in = out + rejected + duplicate?
select job, source, sum(rows_in) as rows_in, sum(rows_out) as rows_out, sum(rows_rejected) as rejected, sum(rows_duplicate) as duplicate,
    coalesce(sum(rows_in), 0) = coalesce(sum(rows_out), 0) + coalesce(sum(rows_rejected), 0) + coalesce(sum(rows_duplicate), 0) as is_balanced
from ops.runs
where job in ('bronze', 'silver')
group by all
order by job, source
