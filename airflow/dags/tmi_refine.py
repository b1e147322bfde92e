"""tmi_refine: what collecting runs say they have landed goes through bronze and silver."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import DAG, CronDataIntervalTimetable, task
from tmi_job import DEFAULTS, EXIT_CODES, SILVER, START_DATE, ZONE
from tmi_steps import refine

DOC = """
### Refine

Takes the messages of ended collecting runs from the queue, every five minutes, and refines each board that they name: its
failure neither stops nor changes another's. A message is deleted when its board is in silver. Until then it comes
back, and after the receives that the queue allows SQS moves it to the dead-letter queue, of which `tmi_sweep` alerts.
A message that comes twice repeats a little work; one that is lost is made up for by `tmi_sweep`.
"""

with DAG(
    dag_id="tmi_refine",
    description="Refine what was landed, as the queue tells of it",
    doc_md=DOC + EXIT_CODES,
    schedule=CronDataIntervalTimetable("*/5 * * * *", timezone=ZONE),
    start_date=START_DATE,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=6),
    tags=["tmi"],
    default_args=DEFAULTS,
):

    @task(retries=1)
    def receive(dag_run=None) -> list[dict]:
        """One entry per board that the queue's messages name."""
        from tmi_queue import receive

        return receive(dag_run.run_after)

    refine(receive(), outlets=[SILVER], acknowledging=True)
