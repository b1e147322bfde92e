"""The DAGs as a real Airflow loads them."""

from datetime import timedelta
from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import BundleDagBag
from airflow.sdk import CronDataIntervalTimetable
from airflow.serialization.serialized_objects import DagSerialization

DAGS = Path(__file__).resolve().parent.parent / "dags"


@pytest.fixture(scope="module")
def bag():
    # safe_mode would pass over files in which it sees no DAG, broken ones among them.
    return BundleDagBag(dag_folder=str(DAGS), bundle_path=DAGS, safe_mode=False)


@pytest.fixture(scope="module")
def daily(bag):
    return bag.dags["tmi_daily"]


def test_every_file_loads_without_a_word(bag):
    assert bag.import_errors == {}
    assert bag.captured_warnings == {}
    assert set(bag.dag_ids) == {"tmi_daily"}


def test_steps_follow_the_river(daily):
    order = ["collect", "bronze", "silver", "lifecycle", "duplicates", "gold", "check", "publish"]
    assert [task.task_id for task in daily.topological_sort()] == order
    for task, following in zip(order, order[1:] + [None]):
        assert daily.get_task(task).downstream_task_ids == ({following} if following else set())


def test_policy(daily):
    assert isinstance(daily.timetable, CronDataIntervalTimetable)
    assert (daily.timetable.expression, str(daily.timetable.timezone)) == ("0 6 * * *", "Asia/Seoul")
    assert daily.catchup is False
    assert daily.max_active_runs == 1
    assert daily.dagrun_timeout is not None
    assert daily.doc_md and daily.description and daily.tags
    for task in daily.tasks:
        assert task.owner == "tmi", task.task_id
        assert task.retries >= 3, task.task_id
        assert task.retry_exponential_backoff > 1, task.task_id
        assert task.max_retry_delay <= timedelta(hours=1), task.task_id
        assert timedelta(0) < task.execution_timeout <= daily.dagrun_timeout, task.task_id


def test_serialised_and_back(bag):
    for dag in bag.dags.values():
        again = DagSerialization.from_dict(DagSerialization.to_dict(dag))
        assert again.dag_id == dag.dag_id
        assert {task.task_id for task in again.tasks} == {task.task_id for task in dag.tasks}
