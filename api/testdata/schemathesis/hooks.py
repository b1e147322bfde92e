"""What the OpenAPI document cannot say, for the contract test.

Values of the formats technology, cursor and sql, and which well-formed parameters contradict each other: those are
refused on purpose, so a case that is to be accepted must not hold them. Cases that are to be refused stay as made.
"""

import datetime

import schemathesis
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode

TECHNOLOGIES = ["java", "자바", "kafka", "k8s", "spring-boot", "C#", "c++", "python", "aws"]
STATEMENTS = [
    "select 1 as n", "select id from silver.postings order by id limit 3", "with t as (select id from silver.postings) select count(*) as n from t",
    "describe silver.postings", "explain select id from silver.postings", "select '결제' as word, null as nothing",
]
schemathesis.openapi.format("technology", st.sampled_from(TECHNOLOGIES))
schemathesis.openapi.format("cursor", st.just("none"))
schemathesis.openapi.format("sql", st.sampled_from(STATEMENTS))
schemathesis.openapi.format("date", st.dates(min_value=datetime.date(1990, 1, 1)).map(str))


def is_to_be_accepted(case):
    return case.meta is not None and case.meta.generation.mode == GenerationMode.POSITIVE


def listed(query, name):
    value = query.get(name) or []
    return value if isinstance(value, list) else [value]


@schemathesis.hook
def before_call(context, case, **kwargs):
    if not is_to_be_accepted(case) or case.method != "GET":
        return
    query = dict(case.query or {})
    query.pop("cursor", None)  # belongs to one question; the paging tests follow them
    for low, high in (("experience_min", "experience_max"), ("posted_from", "posted_to"), ("from", "to")):
        if low in query and high in query and (int(query[low]) > int(query[high]) if low == "experience_min" else str(query[low]) > str(query[high])):
            query[low], query[high] = query[high], query[low]
    for name in ("tech", "techs", "not_tech"):  # values made for their length know no technology
        if name in query:
            known = [v if v in TECHNOLOGIES else TECHNOLOGIES[0] for v in listed(query, name)]
            query[name] = known if isinstance(query[name], list) else known[0]
    if "tech" in query:
        query.pop("not_tech", None)
    if "relevance" in str(query.get("sort")) and "q" not in query:
        query["q"] = "백엔드"
    if case.path.endswith("/recommend") and not any(query.get(name) for name in ("q", "techs", "role")):
        query["q"] = "백엔드"
    if query != (case.query or {}):
        case.query = query
