-- The technologies of one posting with the place that proves each, required ones first.
-- grain: one row per technology of the posting's current version
-- inputs: gold.posting_techs
-- key: tech_id
-- parameters: $posting_id
select
    t.tech_id,
    t.tech,
    t.category,
    t.need,
    t.method,
    t.section,
    t.start_byte,
    t.end_byte,
    t.surface,
from gold.posting_techs as t
where t.posting_id = $posting_id::varchar
order by t.need = 'preferred', t.tech, t.tech_id
