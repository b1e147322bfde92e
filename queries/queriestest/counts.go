package queriestest

import "testing"

// fillCounts derives from the market's postings gold's tables of counts, by the definitions
// that schemas gives them, and the copies that their duplicate_of names.
func fillCounts(t testing.TB, db DB) {
	t.Helper()
	for _, statement := range []string{fillPairs, fillRelated, fillCompanies, fillCompanyTechs, fillDaily, fillQuality, fillRejects, fillDuplicates} {
		db.Exec(t, statement)
	}
}

const fillPairs = `insert into gold.tech_pairs by name
	with open as (
		select t.posting_id, t.tech_id from gold.posting_techs t join gold.postings p using (posting_id)
		where p.status = 'open' and p.is_it and p.country = 'KR' and p.duplicate_of is null
	),
	single as (select tech_id, count(*) as n from open group by 1),
	total as (select count(distinct posting_id) as n from open)
	select a.tech_id, b.tech_id as other_id, count(*) as joint_count, any_value(x.n) as tech_count, any_value(y.n) as other_count,
		count(*) * any_value(total.n) / (any_value(x.n) * any_value(y.n)) as lift, greatest(log2(lift), 0) as ppmi
	from open a join open b using (posting_id) join single x on x.tech_id = a.tech_id join single y on y.tech_id = b.tech_id cross join total
	where a.tech_id <> b.tech_id group by 1, 2`

const fillRelated = `insert into gold.tech_related by name
	select tech_id, other_id as related_id, ppmi * joint_count / (joint_count + 5) as score, joint_count as because_count,
		row_number() over (partition by tech_id order by score desc, joint_count desc, other_id) as rank
	from gold.tech_pairs where joint_count >= 2 and ppmi > 0`

const fillCompanies = `insert into gold.companies by name
	select company_id, arg_max(company, (first_seen_at, posting_id)) as company, count(*) filter (status = 'open' and duplicate_of is null) as open_count,
		count(*) as posting_count, min(first_seen_at) as first_seen_at
	from gold.postings where company_id is not null group by 1`

const fillCompanyTechs = `insert into gold.company_techs by name
	select p.company_id, t.tech_id, any_value(t.tech) as tech, count(*) filter (p.status = 'open' and p.duplicate_of is null) as open_count, count(*) as posting_count
	from gold.posting_techs t join gold.postings p using (posting_id) where p.company_id is not null group by 1, 2`

// Sixty days up to the one on which the market is looked at.
const fillDaily = `insert into gold.tech_daily by name
	with days as (select unnest(generate_series(date '2026-09-24', date '2026-11-22', interval 1 day))::date as date),
	postings as (
		select *, (first_seen_at + interval 9 hour)::date as from_date,
			if(status = 'closed', least((closed_at + interval 9 hour)::date, date '2026-11-22'), null) as to_date, coalesce(duplicate_of, posting_id) as cluster_id
		from gold.postings where is_it and country = 'KR'
	),
	states as (
		select d.date, p.posting_id, p.cluster_id, p.company_id, p.roles, p.source as own, p.to_date is null or p.to_date > d.date as is_open,
			p.from_date = d.date as is_opened, coalesce(p.to_date = d.date, false) as is_closed
		from days d join postings p on p.from_date <= d.date and (p.to_date is null or p.to_date >= d.date)
	),
	roles as (select * exclude (roles), unnest(list_distinct(list_append(coalesce(roles, []), '*'))) as role from states),
	sources as (select *, unnest(['*', own]) as source from roles)
	select s.date, t.tech_id, any_value(t.tech) as tech, any_value(t.category) as category, s.role, s.source,
		count(distinct s.cluster_id) filter (is_open) as open_count, count(distinct s.cluster_id) filter (is_opened) as opened_count,
		count(distinct s.cluster_id) filter (is_closed) as closed_count, count(distinct s.company_id) filter (is_open) as company_count,
		count(*) filter (is_open) as open_count_raw, count(*) filter (is_opened) as opened_count_raw, count(*) filter (is_closed) as closed_count_raw,
		count(distinct s.company_id) filter (is_open) as company_count_raw
	from sources s join gold.posting_techs t using (posting_id)
	group by all`

const fillQuality = `insert into gold.source_quality by name
	select (p.first_seen_at + interval 9 hour)::date as date, p.source, count(*) as version_count, count(p.company) as with_company, count(p.location_raw) as with_location,
		count(*) filter (len(p.techs) > 0) as with_tech, count(p.closes_at) as with_end_date, count(p.salary_min_krw) as with_salary, count(*) as with_detail,
		2 as list_reads, 1 as complete_reads, date_trunc('day', max(p.first_seen_at)) + interval 2 hour as last_read_at, 1 as reject_count,
		count(*) filter (p.status = 'closed') as closed_count
	from gold.postings p group by 1, 2`

const fillRejects = `insert into ops.rejects by name
	select last_read_at as rejected_at, last_read_at as captured_at, 'run' as run_id, 'bronze' as job, source, 'bronze.postings' as table_name,
		['title: is "", expected a text'] as reasons
	from gold.source_quality`

const fillDuplicates = `insert into silver.duplicates by name
	select posting_id, duplicate_of as cluster_id, 2 as rule_version, 0.9 as score, first_seen_at as found_at
	from gold.postings where duplicate_of is not null`
