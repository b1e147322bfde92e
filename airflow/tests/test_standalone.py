"""`make airflow` as somebody starts it: the scheduler takes a collection through to a published set by itself.

Takes five minutes: TMI_TEST_SLOW=1. Pictures of the DAGs go to TMI_TEST_ARTEFACTS where that is set and
Chromium is here.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest
from pictures import browser, take

AIRFLOW = Path(__file__).resolve().parent.parent
BINARY = os.environ.get("TMI_TEST_BINARY", "")
LIMIT = 900  # seconds
PICTURES = [  # name, path, view
    ("dags", "/dags", "grid"),
    ("grid-publish", "/dags/tmi_publish", "grid"),
    ("graph-publish", "/dags/tmi_publish/runs/{run}", "graph"),
    ("grid-refine", "/dags/tmi_refine", "grid"),
    ("graph-refine", "/dags/tmi_refine", "graph"),
    ("graph-collect", "/dags/tmi_collect", "graph"),
]

pytestmark = [
    pytest.mark.skipif(not os.environ.get("TMI_TEST_SLOW"), reason="takes minutes: TMI_TEST_SLOW=1"),
    pytest.mark.skipif(not os.access(BINARY, os.X_OK), reason="no binary: run through `make airflow-test`"),
    pytest.mark.skipif(not os.environ.get("TMI_TEST_PYTHON"), reason="no Python with moto; set TMI_TEST_PYTHON to one"),
]


def free_ports(count):
    """The first of a row of ports that nobody listens on."""
    for first in range(20000, 30000, 17):
        try:
            sockets = [socket.create_server(("127.0.0.1", first + n)) for n in range(count)]
        except OSError:
            continue
        for one in sockets:
            one.close()
        return first
    raise AssertionError("no free ports")


def test_the_scheduler_brings_a_collection_to_readers(tmp_path):
    port = free_ports(4)
    environment = os.environ | {"AIRFLOW_HOME": str(tmp_path), "AIRFLOW_PORT": str(port), "AIRFLOW": shutil.which("airflow"), "POSTINGS": "150"}
    for name in ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "AIRFLOW__LOGGING__LOGGING_LEVEL"]:
        environment.pop(name, None)
    with open(tmp_path / "standalone.log", "w") as log:
        process = subprocess.Popen([AIRFLOW / "standalone"], env=environment, stdout=log, stderr=log, start_new_session=True)
    base = f"http://127.0.0.1:{port}"

    def runs(dag):
        with urllib.request.urlopen(f"{base}/api/v2/dags/{dag}/dagRuns?order_by=-run_after", timeout=20) as answer:
            return json.load(answer)["dag_runs"]

    def readable():
        """Postings in the published set."""
        answer = subprocess.run([BINARY, "sql", "--format", "csv", "select count(*) from gold.postings"], capture_output=True, text=True, timeout=60,
                                cwd=tmp_path, env=os.environ | {"TMI_LAKE_URI": f"file://{tmp_path}/lake"})
        return int(answer.stdout.split()[1]) if answer.returncode == 0 else 0

    try:
        deadline, published = time.monotonic() + LIMIT, []
        while not published or readable() <= 50:  # the first set may be that of the sweep, which found nothing of yesterday
            assert process.poll() is None, (tmp_path / "standalone.log").read_text()
            assert time.monotonic() < deadline, f"no postings were published in {LIMIT} s: {(tmp_path / 'airflow.log').read_text()[-3000:]}"
            time.sleep(3)
            try:
                published = [run for run in runs("tmi_publish") if run["state"] == "success"]
                broken = [f"{dag} {run['dag_run_id']}" for dag in ("tmi_collect", "tmi_refine", "tmi_sweep", "tmi_publish") for run in runs(dag) if run["state"] == "failed"]
            except OSError:
                continue  # not up yet
            assert not broken, broken
        assert published[-1]["run_type"] == "asset_triggered"
        with urllib.request.urlopen(f"{base}/api/v2/importErrors", timeout=20) as answer:
            assert json.load(answer)["total_entries"] == 0
        folder, chromium = os.environ.get("TMI_TEST_ARTEFACTS"), shutil.which("chromium")
        if folder and chromium:
            Path(folder).mkdir(parents=True, exist_ok=True)
            with browser(chromium, tmp_path / "chromium", free_ports(1)) as ask:
                for name, path, view in PICTURES:
                    picture = Path(folder) / f"airflow-{name}.png"
                    take(ask, base, path.format(run=published[-1]["dag_run_id"]), picture, view)
                    assert picture.stat().st_size > 10_000, picture
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
    with socket.socket() as gone:
        assert gone.connect_ex(("127.0.0.1", port)) != 0, "Airflow lives on"
