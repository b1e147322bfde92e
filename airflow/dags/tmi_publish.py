"""tmi_publish: from silver to what readers see."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import DAG, task
from tmi_job import DEFAULTS, EXIT_CODES, SILVER, START_DATE
from tmi_steps import publish

DOC = """
### Publish

Runs when silver has changed: life cycle, duplicates, gold, audits, and a new published set, which the API and the site then
read. The window is that of all changes since the last run. A failed audit publishes nothing and is not tried again: readers keep the set
they have. `report` makes the reports of the months in the window from the set: this month's with the days so far, and with the
first window of a month that of the month before, whole, which is then mailed once. A failed report takes nothing back.
"""

with DAG(
    dag_id="tmi_publish",
    description="Judge closings, answer, audit, publish, report",
    doc_md=DOC + EXIT_CODES,
    schedule=[SILVER],
    start_date=START_DATE,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=6),
    tags=["tmi"],
    default_args=DEFAULTS,
):

    @task(multiple_outputs=True)
    def window(dag_run=None, triggering_asset_events=None) -> dict[str, str]:
        """The window of the changes that started the run; without any, the day that ends with it."""
        from datetime import datetime

        extras = [event.extra for event in (triggering_asset_events or {}).get(SILVER, []) if event.extra.get("from")]
        starts = [datetime.fromisoformat(extra["from"]) for extra in extras] or [dag_run.run_after - timedelta(days=1)]
        ends = [datetime.fromisoformat(extra["to"]) for extra in extras] + [dag_run.run_after]
        return {"start": min(starts).isoformat(), "end": max(ends).isoformat()}

    changed = window()
    publish(changed["start"], changed["end"])
