"""tmi_sweep: refines the last day once more, for messages that were lost, and looks after those that died."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import DAG, CronDataIntervalTimetable, task
from airflow.sdk.exceptions import AirflowFailException
from tmi_job import DEFAULTS, END, EXIT_CODES, SILVER, START, START_DATE, ZONE
from tmi_steps import refine

DOC = """
### Sweep

Refines at 12:30 in Seoul what every board landed in the day before. Where `tmi_refine` has done so already, the rows stay as they are; where a message was
lost, this makes up for it. Without a queue this is what refines. `dead_letters` fails while messages lie in the dead-letter queue:
docs/airflow.md says what to do about them. After days without Airflow, run `tmi_backfill` over them.
"""

with DAG(
    dag_id="tmi_sweep",
    description="Refine what no message told of; alert of dead letters",
    doc_md=DOC + EXIT_CODES,
    schedule=CronDataIntervalTimetable("30 12 * * *", timezone=ZONE),
    start_date=START_DATE,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=12),
    tags=["tmi"],
    default_args=DEFAULTS,
):

    @task
    def boards(start: str, end: str) -> list[dict]:
        """One entry per board that is on."""
        from tmi_job import enabled_sources

        return [{"source": source, "start": start, "end": end} for source in enabled_sources()]

    @task(retries=0)
    def dead_letters():
        """Fails while the dead-letter queue holds messages."""
        from tmi_queue import dead_letters

        name, count = dead_letters()
        if count:
            raise AirflowFailException(f"{count} messages in the dead-letter queue {name}: see docs/airflow.md")

    refine(boards(START, END), outlets=[SILVER])
    dead_letters()
