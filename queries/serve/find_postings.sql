-- Postings that hold every keyword somewhere a reader can see: title, company, technologies, place or text.
-- grain: one row per posting that matches the filter and all keywords
-- inputs: gold.postings, gold.posting_techs
-- key: posting_id
-- parameters: $words (lower case; empty where a word is so short that only the technology it names counts), $names (of the
--   technology that a word stands for, empty where it stands for none; as long as $words), and those of serve/_posting_filter
-- The score counts, for each word, where it stands: title 8, technologies 4, company 2, elsewhere 1.
with matching as (
    select
        p.posting_id,
        lower(p.title) as title,
        lower(coalesce(p.company, '')) as company,
        coalesce(p.techs, []) as techs,
        lower(concat_ws(
            ' ', p.title, p.company, array_to_string(p.techs, ' '), array_to_string(p.board_tags, ' '), p.region, p.district,
            p.industry, p.duties, p.requirements, p.preferred, p.about
        )) as everything,
    from gold.postings as p
    where
        -- include: serve/_posting_filter
),

scored as (
    select
        posting_id,
        list_transform(
            range(1, len($words::varchar[]) + 1),
            lambda i: 8 * coalesce(contains(title, nullif(($words::varchar[])[i], '')), false)::integer
                + 4 * coalesce(list_contains(techs, nullif(($names::varchar[])[i], '')), false)::integer
                + 2 * coalesce(contains(company, nullif(($words::varchar[])[i], '')), false)::integer
                + coalesce(contains(everything, nullif(($words::varchar[])[i], '')), false)::integer
        ) as scores,
    from matching
)

select
    posting_id,
    list_sum(scores)::bigint as score,
from scored
where list_min(scores) > 0
order by score desc, posting_id
