"""A home of its own for Airflow, set before anything imports it: it reads its settings once."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

AIRFLOW = Path(__file__).resolve().parent.parent
HOME = tempfile.TemporaryDirectory(prefix="tmi-airflow-")

for name in [name for name in os.environ if name.startswith(("AIRFLOW", "TMI_"))]:
    if not name.startswith("TMI_TEST_"):
        del os.environ[name]
os.environ |= {
    "AIRFLOW_HOME": HOME.name,
    "AIRFLOW__CORE__DAGS_FOLDER": str(AIRFLOW / "dags"),
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{HOME.name}/airflow.db",
    "PYTHONDONTWRITEBYTECODE": "1",
}


@pytest.fixture(scope="session")
def airflow_db():
    """An empty metadata database, for the tests that run tasks."""
    run = subprocess.run(["airflow", "db", "migrate"], env=with_venv(), capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]


def with_venv(**more):
    """The environment of a command that finds this venv's `airflow`."""
    path = str(Path(sys.executable).parent) + os.pathsep + os.environ["PATH"]
    return os.environ | {"PATH": path} | more
