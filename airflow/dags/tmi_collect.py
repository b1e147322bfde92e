"""tmi_collect: asks every board that is on, each by a task of its own."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import DAG, CronDataIntervalTimetable, task
from tmi_job import COLLECT_POOL, DEFAULTS, EXIT_CODES, START_DATE, ZONE, TmiJob

DOC = """
### Collect

Asks the boards at 06:00 in Seoul, one task per board that is on (`tmi sources`). Collecting needs
the lake's objects alone: no catalog, no API. A board that fails neither stops nor changes another.
Each run that ends sends a message to the queue, from which `tmi_refine` goes on. A window of the past is not
collected, since boards answer for now alone.
"""

with DAG(
    dag_id="tmi_collect",
    description="Ask the boards",
    doc_md=DOC + EXIT_CODES,
    # A bare cron string gives an empty interval in Airflow 3.
    schedule=CronDataIntervalTimetable("0 6 * * *", timezone=ZONE),
    start_date=START_DATE,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=20),
    tags=["tmi"],
    default_args=DEFAULTS,
):

    @task
    def sources() -> list[str]:
        """The boards that are on."""
        from tmi_job import enabled_sources

        return enabled_sources()

    TmiJob.partial(
        task_id="collect", step="collect", pool=COLLECT_POOL, execution_timeout=timedelta(hours=6), map_index_template="{{ task.source }}"
    ).expand(source=sources())
