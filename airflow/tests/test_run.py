"""The daily DAG run once by a real Airflow: with a script that writes down how it is called,
and with the real binary on replica boards."""

import csv
import io
import os
import queue
import re
import subprocess
import threading
from datetime import UTC, datetime, timedelta

import pytest
from conftest import with_venv

BINARY = os.environ.get("TMI_TEST_BINARY", "")


def airflow_test(**environment):
    """Runs tmi_daily for the interval that ended last and returns the finished process."""
    return subprocess.run(
        ["airflow", "dags", "test", "tmi_daily"],
        env=with_venv(**environment), capture_output=True, text=True, timeout=900,
    )


def test_windows_of_a_run(airflow_db, tmp_path):
    calls = tmp_path / "calls"
    program = tmp_path / "tmi"
    program.write_text(f'#!/bin/sh\necho "$@" >>{calls}\n')
    program.chmod(0o755)
    before = datetime.now(UTC)
    run = airflow_test(TMI_BIN=str(program), TMI_LAKE_URI=f"file://{tmp_path}/lake")
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-3000:]

    seen = [re.fullmatch(r"job (\w+) --from (\S+) --to (\S+)", line).groups() for line in calls.read_text().splitlines()]
    assert [step for step, _, _ in seen] == ["collect", "bronze", "silver", "lifecycle", "duplicates", "gold", "check", "publish"]
    windows = [(datetime.fromisoformat(start), datetime.fromisoformat(end)) for _, start, end in seen]
    start, end = windows[0]
    # 06:00 in Seoul is 21:00 UTC of the day before, and the interval is the last whole one.
    assert (start.hour, end - start) == (21, timedelta(days=1))
    assert end <= before < end + timedelta(days=1)
    # All later steps share one window, which holds what collect has just landed.
    assert len(set(windows[1:])) == 1
    assert windows[1][0] == start
    assert before < windows[1][1] <= datetime.now(UTC)


def test_failed_audit_stops_the_run(airflow_db, tmp_path):
    calls = tmp_path / "calls"
    program = tmp_path / "tmi"
    program.write_text(f'#!/bin/sh\necho "$2" >>{calls}\n[ "$2" != check ] || {{ echo "tmi: rows differ" >&2; exit 7; }}\n')
    program.chmod(0o755)
    run = airflow_test(TMI_BIN=str(program), TMI_LAKE_URI=f"file://{tmp_path}/lake")
    assert run.returncode != 0
    assert calls.read_text().split() == ["collect", "bronze", "silver", "lifecycle", "duplicates", "gold", "check"]
    assert "tmi job check: exit 7, audit failed" in run.stdout + run.stderr


@pytest.fixture
def replica():
    """Replica boards on a free port; yields the settings that point the sources at them."""
    process = subprocess.Popen(
        [BINARY, "replica", "--addr", "127.0.0.1:0", "--postings", "200", "--days", "10", "--seed", "3"],
        stdout=subprocess.PIPE, text=True,
    )
    lines = queue.Queue()
    threading.Thread(target=lambda: [lines.put(line) for line in process.stdout], daemon=True).start()
    settings = {}
    try:
        wait = 60
        while True:
            try:
                line = lines.get(timeout=wait)
            except queue.Empty:
                break
            name, is_setting, value = line.strip().removeprefix("export ").partition("=")
            if is_setting and name.startswith("TMI_"):
                settings[name] = value
                wait = 2  # all settings are printed together
        assert any(name.endswith("_BASE_URL") for name in settings), "the replica boards did not start"
        yield settings
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.mark.skipif(not os.access(BINARY, os.X_OK), reason="no binary: run through `make airflow-test`")
def test_once_on_the_replica_boards(airflow_db, replica, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    boards = sorted({name.split("_")[2].lower() for name in replica if name.endswith("_BASE_URL")})
    environment = replica | {"TMI_HOME": str(home), "TMI_LAKE_URI": f"file://{tmp_path}/lake"}
    run = airflow_test(TMI_BIN=BINARY, **environment)
    assert run.returncode == 0, run.stdout[-5000:] + run.stderr[-3000:]

    def sql(statement):
        answer = subprocess.run(
            [BINARY, "sql", "--format", "csv", statement], env=os.environ | environment, cwd=home,
            capture_output=True, text=True, timeout=120,
        )
        assert answer.returncode == 0, answer.stderr
        return list(csv.reader(io.StringIO(answer.stdout)))[1:]

    postings = {source: int(n) for source, n in sql("select source, count(*) from gold.postings group by source")}
    assert sorted(postings) == boards
    assert sum(postings.values()) > 50
    assert int(sql("select count(*) from gold.posting_techs")[0][0]) > 0
    jobs = {job for (job,) in sql("select distinct job from ops.runs")}
    assert {"bronze", "silver", "lifecycle", "gold"} <= jobs
