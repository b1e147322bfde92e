"""The daily DAG: collect from the boards, refine, check, publish."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from airflow.sdk import DAG, CronDataIntervalTimetable
from tmi_job import END, TmiJob

ZONE = "Asia/Seoul"

# In the order of the river; each step's longest time is far above what it needs, so that only
# a step that hangs is cut off.
STEPS = {
    "collect": timedelta(hours=6),
    "bronze": timedelta(hours=1),
    "silver": timedelta(hours=1),
    "lifecycle": timedelta(hours=1),
    "duplicates": timedelta(hours=1),
    "gold": timedelta(hours=1),
    "check": timedelta(minutes=30),
    "publish": timedelta(minutes=10),
}

# A run collects after its interval has ended, so what it collects lies behind data_interval_end.
# The steps after collect therefore reach to the instant at which collect ended, which it hands on:
# a step that is run again sees the same window. The next interval begins earlier than that and
# covers the stretch once more, which changes nothing. In a backfill nothing is collected (the past
# cannot be) and the interval itself is the window.
COLLECTED = '{% set at = ti.xcom_pull(task_ids="collect") %}{% if at %}{{ at }}{% else %}' + END + "{% endif %}"

DOC = """
### TMI, daily

Collects the boards' postings at 06:00 in Seoul and refines them up to a published set, which
the API and the site then read. One task is one `tmi job`; running a task again is always safe.

| exit code | what happens |
| --- | --- |
| 0 | done; rejected rows and failed pages are in the task's log and in `tmi rejects` |
| 1, 5, 6 | retried: a crash, a board that does not answer, somebody else's commit |
| 2, 3, 4, 7 | failed at once, the reason is the last line of the log |

`TMI_BIN` (the binary) and `TMI_HOME` (the folder of `tmi.yaml`) are environment variables of
the worker or Airflow Variables; all other settings are the binary's own `TMI_…` environment.
"""

with DAG(
    dag_id="tmi_daily",
    description="Collect job postings, refine them, publish the answers",
    doc_md=DOC,
    # A bare cron string gives an empty interval in Airflow 3.
    schedule=CronDataIntervalTimetable("0 6 * * *", timezone=ZONE),
    start_date=datetime(2026, 1, 1, tzinfo=ZoneInfo(ZONE)),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=20),
    tags=["tmi"],
    default_args={
        "owner": "tmi",
        "retries": 4,
        "retry_delay": timedelta(minutes=2),
        "retry_exponential_backoff": 2.0,
        "max_retry_delay": timedelta(minutes=30),
    },
):
    previous = None
    for step, limit in STEPS.items():
        task = TmiJob(
            task_id=step,
            step=step,
            end=END if step == "collect" else COLLECTED,
            now_only=step == "collect",
            execution_timeout=limit,
        )
        if previous is not None:
            previous >> task
        previous = task
