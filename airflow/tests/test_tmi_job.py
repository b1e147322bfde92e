"""What a task makes of the binary's exit codes, with a small script in the binary's place."""

import sys
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from airflow.sdk.exceptions import AirflowException, AirflowFailException

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "dags"))
from tmi_job import TmiJob  # noqa: E402


@pytest.fixture
def fake(tmp_path, monkeypatch):
    """Returns a function that runs a task whose binary ends with a code and hands back its arguments."""
    arguments = tmp_path / "arguments"
    program = tmp_path / "tmi"

    def run(code, run_type="scheduled", lake="file:///nowhere", home="", **kwargs):
        program.write_text(f'#!/bin/sh\necho "$@" >{arguments}\npwd >>{arguments}\necho "tmi: the reason" >&2\nexit {code}\n')
        program.chmod(0o755)
        monkeypatch.setenv("TMI_LAKE_URI", lake)
        task = TmiJob(task_id="bronze", step="bronze", start="2026-11-20T21:00:00+00:00", end="2026-11-21T21:00:00+00:00", **kwargs)
        context = {
            "var": {"value": {"TMI_BIN": str(program), "TMI_HOME": home}},
            "dag_run": SimpleNamespace(run_type=run_type),
        }
        task.render_template_fields(context)
        value = task.execute(context)
        return value, arguments.read_text().splitlines() if arguments.exists() else None

    return run


def test_window_reaches_the_binary(fake, tmp_path):
    value, arguments = fake(0, home=str(tmp_path))
    assert arguments == ["job bronze --from 2026-11-20T21:00:00+00:00 --to 2026-11-21T21:00:00+00:00", str(tmp_path)]
    assert datetime.fromisoformat(value).utcoffset().total_seconds() == 0


@pytest.mark.parametrize("code", [2, 3, 4, 7])
def test_what_cannot_help_fails_at_once(fake, code):
    with pytest.raises(AirflowFailException, match=f"exit {code}, .*tmi: the reason"):
        fake(code)


@pytest.mark.parametrize("code", [1, 5, 6, 99, 130])
def test_the_rest_is_tried_again(fake, code):
    with pytest.raises(AirflowException) as raised:
        fake(code)
    assert not isinstance(raised.value, AirflowFailException)


def test_a_lake_nobody_named_is_refused(fake):
    with pytest.raises(AirflowFailException, match="TMI_LAKE_URI"):
        fake(0, lake="")


def test_a_backfill_collects_nothing(fake):
    assert fake(0, run_type="backfill", now_only=True) == (None, None)
    value, arguments = fake(0, run_type="backfill")
    assert value and arguments
