-- Which postings a question is about: a predicate over gold.postings as p, shared by every statement that takes a filter.
-- grain: none, this is a condition
-- inputs: gold.postings as p; gold.posting_techs
-- key: none
-- parameters: a null one is off. $ids (postings), $tech_ids with $tech_needed of them, $not_tech_ids, $roles, $sources,
--   $employments, $remotes (lists of values, any of which will do), $company_ids or $company_names (lower case, part of the name),
--   $locations (lower case, part of the place), $experience_from, $experience_to (years), $salary_from (KRW a year), $status,
--   $country, $is_it, $is_always_open, $posted_from, $posted_before (instants), $with_copies (false: the faces of clusters alone)
-- A posting that does not state its experience or pay does not pass a filter on it; without a date of its own it was
-- posted when it was first seen. Years overlap: "3 to 5" finds "2 or more".
($ids::varchar[] is null or p.posting_id in (select unnest($ids::varchar[])))
and ($tech_ids::varchar[] is null or p.posting_id in (
    select t.posting_id
    from gold.posting_techs as t
    where t.tech_id in (select unnest($tech_ids::varchar[]))
    group by t.posting_id
    having count(*) >= $tech_needed::bigint
))
and ($not_tech_ids::varchar[] is null or p.posting_id not in (
    select t.posting_id
    from gold.posting_techs as t
    where t.tech_id in (select unnest($not_tech_ids::varchar[]))
))
and ($roles::varchar[] is null or coalesce(list_has_any(p.roles, $roles::varchar[]), false))
and ($sources::varchar[] is null or list_contains($sources::varchar[], p.source))
and ($employments::varchar[] is null or coalesce(list_contains($employments::varchar[], p.employment), false))
and ($remotes::varchar[] is null or coalesce(list_contains($remotes::varchar[], p.remote), false))
and (
    ($company_ids::varchar[] is null and $company_names::varchar[] is null)
    or coalesce(list_contains($company_ids::varchar[], p.company_id), false)
    or coalesce(len(list_filter($company_names::varchar[], lambda name: contains(lower(p.company), name))) > 0, false)
)
and ($locations::varchar[] is null or len(list_filter(
    $locations::varchar[],
    lambda place: contains(lower(concat_ws(' ', p.region, p.district, p.location_raw)), place)
)) > 0)
and ($experience_from::integer is null or (
    (p.experience_min_years is not null or p.experience_max_years is not null)
    and coalesce(p.experience_max_years, 99) >= $experience_from::integer
))
and ($experience_to::integer is null or (
    (p.experience_min_years is not null or p.experience_max_years is not null)
    and coalesce(p.experience_min_years, 0) <= $experience_to::integer
))
and ($salary_from::bigint is null or coalesce(greatest(p.salary_min_krw, p.salary_max_krw) >= $salary_from::bigint, false))
and ($status::varchar is null or p.status = $status::varchar)
and ($country::varchar is null or coalesce(p.country = $country::varchar, false))
and ($is_it::boolean is null or p.is_it = $is_it::boolean)
and ($is_always_open::boolean is null or p.is_always_open = $is_always_open::boolean)
and ($posted_from::timestamptz is null or coalesce(p.posted_at, p.first_seen_at) >= $posted_from::timestamptz)
and ($posted_before::timestamptz is null or coalesce(p.posted_at, p.first_seen_at) < $posted_before::timestamptz)
and ($with_copies::boolean or p.duplicate_of is null)
