"""The stretches of the river that more than one DAG runs."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import task, task_group
from tmi_job import BRONZE_POOL, PUBLISH_WEIGHT, TURN_POOL, TmiJob

NAME = "{{ task.source }}"


def refine(units, *, outlets=(), acknowledging: bool = False):
    """Bronze and silver for each unit: {source, start, end}, and handles of messages to delete at its end."""

    @task_group(group_id="refine")
    def each(source: str, start: str, end: str, handles: list | None = None):
        window = {"source": source, "start": start, "end": end, "map_index_template": NAME}
        bronze = TmiJob(task_id="bronze", step="bronze", pool=BRONZE_POOL, **window)
        silver = TmiJob(task_id="silver", step="silver", pool=TURN_POOL, outlets=list(outlets), **window)
        bronze >> silver
        if acknowledging:

            @task
            def acknowledge(handles: list):
                from tmi_queue import acknowledge

                acknowledge(handles)

            silver >> acknowledge(handles)

    return each.expand_kwargs(units)


def publish(start: str, end: str):
    """From silver to a published set and its reports, over all boards; returns the first task and the last."""
    steps = []
    for step in ["lifecycle", "duplicates", "gold", "check", "index", "publish", "report"]:
        job = TmiJob(task_id=step, step=step, start=start, end=end, pool=TURN_POOL, priority_weight=PUBLISH_WEIGHT,
                     execution_timeout=timedelta(minutes=10) if step == "publish" else timedelta(hours=1))
        if steps:
            steps[-1] >> job
        steps.append(job)
    return steps[0], steps[-1]
