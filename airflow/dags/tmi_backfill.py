"""tmi_backfill: refines days of the past again, from raw."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import DAG, Param, task
from airflow.sdk.exceptions import AirflowFailException
from tmi_job import DEFAULTS, EXIT_CODES, START_DATE, ZONE
from tmi_steps import publish, refine

MOST = 1000  # units of one run; Airflow maps at most 1024

DOC = """
### Backfill

Refines what was landed in a stretch of days once more, day by day and board by board, and publishes. For a parser that was mended, days
without Airflow, lost tables. It begins at bronze: the past cannot be collected. Start it with `from` and `to` (dates, `to` is not in it) and, if
you like, `sources`.
"""

with DAG(
    dag_id="tmi_backfill",
    description="Refine days of the past again, from raw",
    doc_md=DOC + EXIT_CODES,
    schedule=None,
    start_date=START_DATE,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(days=2),
    tags=["tmi"],
    default_args=DEFAULTS,
    params={
        "from": Param("2026-01-01", type="string", format="date", description="The first day, in Seoul."),
        "to": Param("2026-01-02", type="string", format="date", description="The day after the last one."),
        "sources": Param([], type="array", items={"type": "string"}, description="Boards by name; none is all that are on."),
    },
):

    @task
    def days(params=None, dag_run=None) -> list[dict]:
        """One entry per board and day."""
        from datetime import date, datetime
        from zoneinfo import ZoneInfo

        from tmi_job import enabled_sources

        first, last = date.fromisoformat(params["from"]), date.fromisoformat(params["to"])
        if first >= last:
            raise AirflowFailException(f"from {first} is not before to {last}: the window is half-open")
        if datetime(last.year, last.month, last.day, tzinfo=ZoneInfo(ZONE)) > dag_run.run_after:
            raise AirflowFailException(f"to {last} lies ahead: postings would be judged as of then, and those that end before it closed")
        boards = params["sources"] or enabled_sources()
        units = len(boards) * (last - first).days
        if units > MOST:
            raise AirflowFailException(f"{units} units of a board and a day, at most {MOST} in one run: take fewer days at once")

        def begin(day: date) -> str:
            return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(ZONE)).isoformat()

        window = [first + timedelta(days=n) for n in range((last - first).days)]
        return [{"source": source, "start": begin(day), "end": begin(day + timedelta(days=1))} for day in window for source in boards]

    first, _ = publish("{{ params['from'] }}", "{{ params['to'] }}")
    refine(days()) >> first
