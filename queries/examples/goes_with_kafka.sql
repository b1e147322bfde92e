-- What goes with Apache Kafka, more often than by chance?
select pairs.other_id, names.tech as other, joint_count, round(lift, 2) as lift, round(ppmi, 2) as ppmi
from gold.tech_pairs as pairs
join (select distinct tech_id, tech from gold.posting_techs) as names on names.tech_id = pairs.other_id
where pairs.tech_id = 'kafka' and joint_count >= 3
order by lift desc
limit 20
