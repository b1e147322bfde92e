"""A home of its own for Airflow, set before anything imports it: it reads its settings once."""

import faulthandler
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

AIRFLOW = Path(__file__).resolve().parent.parent
HOME = tempfile.TemporaryDirectory(prefix="tmi-airflow-")

for name in [name for name in os.environ if name.startswith(("AIRFLOW", "TMI_", "AWS_"))]:
    if not name.startswith("TMI_TEST_"):
        del os.environ[name]
os.environ |= {
    "AIRFLOW_HOME": HOME.name,
    "AIRFLOW__CORE__DAGS_FOLDER": str(AIRFLOW / "dags"),
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{HOME.name}/airflow.db",
    "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PATH": str(Path(sys.executable).parent) + os.pathsep + os.environ["PATH"],
}
sys.path.insert(0, str(AIRFLOW / "dags"))
sys.path.insert(0, str(AIRFLOW / "tests"))


@pytest.fixture(scope="session")
def airflow_db():
    """An empty metadata database, for the tests that run tasks."""
    run = subprocess.run(["airflow", "db", "migrate"], capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]


@pytest.fixture(scope="session")
def bag():
    from airflow.dag_processing.dagbag import BundleDagBag

    # safe_mode would pass over files in which it sees no DAG, broken ones among them.
    return BundleDagBag(dag_folder=str(AIRFLOW / "dags"), bundle_path=AIRFLOW / "dags", safe_mode=False)


def pytest_configure(config):
    """A run that hangs says where and ends; it is never waited for."""
    limit = 7200 if os.environ.get("TMI_TEST_SLOW") or os.environ.get("TMI_TEST_DAYS") else 1800
    faulthandler.dump_traceback_later(limit, exit=True)


def pytest_unconfigure(config):
    faulthandler.cancel_dump_traceback_later()
