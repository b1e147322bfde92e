"""tmi_expire and tmi_maintain: retention, and small files."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import DAG, CronDataIntervalTimetable
from tmi_job import DEFAULTS, EXIT_CODES, START_DATE, TURN_POOL, UPKEEP_WEIGHT, ZONE, TmiJob

EXPIRE = """
### Expire

Removes what may not be kept any longer, as the policy in docs/retention.md says: it acts, as `tmi expire --apply` does. What it removed is in
`ops.runs`, and it publishes a set without it. Older snapshots go with the next `tmi_maintain`.
"""
MAINTAIN = """
### Maintain

Merges small files, forgets old snapshots and removes files that nothing names. Rows stay as they are, and the newest three
published sets keep being readable.
"""

for step, cron, doc, description in [
    ("expire", "0 3 * * *", EXPIRE, "Remove what may not be kept any longer"),
    ("maintain", "0 4 * * 0", MAINTAIN, "Merge small files, forget old snapshots"),
]:
    with DAG(
        dag_id=f"tmi_{step}",
        description=description,
        doc_md=doc + EXIT_CODES,
        schedule=CronDataIntervalTimetable(cron, timezone=ZONE),
        start_date=START_DATE,
        catchup=False,
        max_active_runs=1,
        dagrun_timeout=timedelta(hours=12),
        tags=["tmi"],
        default_args=DEFAULTS,
    ):
        TmiJob(task_id=step, step=step, pool=TURN_POOL, priority_weight=UPKEEP_WEIGHT, execution_timeout=timedelta(hours=6))
