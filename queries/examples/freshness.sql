-- How fresh and how complete is each board?
select source, max(last_read_at) as last_complete_read, sum(version_count) as versions,
    round(100.0 * sum(with_tech) / nullif(sum(version_count), 0), 1) as with_tech_percent, sum(reject_count) as rejects
from gold.source_quality
group by source
order by source
