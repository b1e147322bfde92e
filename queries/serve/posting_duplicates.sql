-- The other postings of a posting's cluster: the same job elsewhere or posted again.
-- grain: one row per other posting of the cluster, its face first
-- inputs: gold.postings
-- key: posting_id
-- parameters: $posting_id
with clusters as (
    select
        posting_id,
        coalesce(duplicate_of, posting_id) as face_id,
    from gold.postings
)

select
    p.posting_id,
    p.source,
    p.url,
    p.title,
    p.status,
    p.duplicate_of is null as is_face,
from gold.postings as p
join clusters as c using (posting_id)
where
    c.face_id = (select face_id from clusters where posting_id = $posting_id::varchar)
    and p.posting_id <> $posting_id::varchar
order by is_face desc, p.source, p.posting_id
