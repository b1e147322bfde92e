"""The DAGs as a real Airflow loads them."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from airflow.sdk import CronDataIntervalTimetable
from airflow.serialization.serialized_objects import DagSerialization

AIRFLOW = Path(__file__).resolve().parent.parent
CRON = {
    "tmi_collect": "0 6 * * *",
    "tmi_refine": "*/5 * * * *",
    "tmi_sweep": "30 12 * * *",
    "tmi_expire": "0 3 * * *",
    "tmi_maintain": "0 4 * * 0",
}
RIVER = ["lifecycle", "duplicates", "gold", "check", "index", "publish", "report"]


def test_every_file_loads_without_a_word(bag):
    assert bag.import_errors == {}
    assert bag.captured_warnings == {}
    assert set(bag.dag_ids) == set(CRON) | {"tmi_publish", "tmi_backfill"}


def test_windows_are_intervals_in_seoul(bag):
    for name, cron in CRON.items():
        timetable = bag.dags[name].timetable
        assert isinstance(timetable, CronDataIntervalTimetable), name
        assert (timetable.expression, str(timetable.timezone)) == (cron, "Asia/Seoul"), name


def test_publishing_waits_for_silver(bag):
    assert [asset.name for asset in bag.dags["tmi_publish"].timetable.asset_condition.objects] == ["tmi_silver"]
    telling = {dag.dag_id for dag in bag.dags.values() for task in dag.tasks if [asset.name for asset in task.outlets] == ["tmi_silver"]}
    assert telling == {"tmi_refine", "tmi_sweep"}


@pytest.mark.parametrize("name", ["tmi_publish", "tmi_backfill"])
def test_steps_follow_the_river(bag, name):
    dag = bag.dags[name]
    for step, following in zip(RIVER, RIVER[1:] + [None]):
        assert dag.get_task(step).downstream_task_ids == ({following} if following else set())
    assert RIVER == [task.task_id for task in dag.topological_sort() if task.task_id in RIVER]


def test_policy(bag):
    pools = json.loads((AIRFLOW / "pools.json").read_text())
    # Two of these at once would let an audit see tables that do not agree.
    assert pools["tmi_turn"]["slots"] == 1
    for dag in bag.dags.values():
        assert dag.catchup is False
        assert dag.max_active_runs == 1
        assert dag.dagrun_timeout is not None
        assert dag.doc_md and dag.description and dag.tags
        for task in dag.tasks:
            where = f"{dag.dag_id}.{task.task_id}"
            assert task.owner == "tmi", where
            assert timedelta(0) < task.execution_timeout <= dag.dagrun_timeout, where
            assert task.on_failure_callback, where
            assert task.max_retry_delay <= timedelta(hours=1), where
            step = getattr(task, "step", None) or task.partial_kwargs.get("step") if hasattr(task, "partial_kwargs") else getattr(task, "step", None)
            if step is None:
                continue
            assert task.retries >= 3 and task.retry_exponential_backoff > 1, where
            assert task.pool in pools, where
            assert (task.pool == "tmi_turn") == (step not in ("collect", "bronze")), where


def test_serialised_and_back(bag):
    for dag in bag.dags.values():
        again = DagSerialization.from_dict(DagSerialization.to_dict(dag))
        assert again.dag_id == dag.dag_id
        assert {task.task_id for task in again.tasks} == {task.task_id for task in dag.tasks}


def test_the_same_dags_in_pods():
    """In a process of its own: where the binary runs is chosen when the files are read."""
    program = (
        "import sys; from pathlib import Path; from airflow.dag_processing.dagbag import BundleDagBag\n"
        "folder = Path(sys.argv[1]); bag = BundleDagBag(dag_folder=str(folder), bundle_path=folder, safe_mode=False)\n"
        "assert not bag.import_errors, bag.import_errors\n"
        "assert not bag.captured_warnings, bag.captured_warnings\n"
        "print(*sorted(f'{d.dag_id}.{t.task_id}.{t.task_type}' for d in bag.dags.values() for t in d.tasks))\n"
    )
    import os

    run = subprocess.run([sys.executable, "-c", program, str(AIRFLOW / "dags")], env=os.environ | {"TMI_RUNNER": "pods", "TMI_IMAGE": "tmi:1"},
                         capture_output=True, text=True, timeout=200)
    assert run.returncode == 0, run.stderr[-3000:]
    tasks = run.stdout.split()
    for one in ["tmi_collect.collect.PodJob", "tmi_refine.refine.silver.PodJob", "tmi_publish.gold.PodJob", "tmi_expire.expire.PodJob"]:
        assert one in tasks
    assert not [one for one in tasks if one.endswith("LocalJob")]
