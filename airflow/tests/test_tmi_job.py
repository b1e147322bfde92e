"""What a task makes of the binary's exit codes, with a small script in the binary's place."""

import http.server
import json
import threading
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
import tmi_alert
import tmi_job
import tmi_queue
from airflow.sdk.exceptions import AirflowException, AirflowFailException
from kubernetes.client import models as k8s

WINDOW = {"start": "2026-11-20T21:00:00+00:00", "end": "2026-11-21T21:00:00+00:00"}


@pytest.fixture
def fake(tmp_path, monkeypatch):
    """Returns a function that runs a task whose binary ends with a code and hands back its arguments."""
    arguments = tmp_path / "arguments"
    program = tmp_path / "tmi"

    def run(code, lake="file:///nowhere", home=tmp_path, **kwargs):
        program.write_text(f'#!/bin/sh\necho "$@" >{arguments}\npwd >>{arguments}\necho "tmi: the reason" >&2\nexit {code}\n')
        program.chmod(0o755)
        monkeypatch.setenv("TMI_LAKE_URI", lake)
        monkeypatch.setenv("TMI_BIN", str(program))
        if home:
            monkeypatch.setenv("TMI_HOME", str(home))
        else:
            monkeypatch.setattr(tmi_job, "setting", lambda name, default="": str(program) if name == "TMI_BIN" else default)
        pushed = {}
        task = tmi_job.LocalJob(task_id="bronze", step="bronze", **WINDOW, **kwargs)
        context = {"ti": SimpleNamespace(xcom_push=lambda key, value: pushed.update({key: value}))}
        task.render_template_fields(context)
        try:
            return task.execute(context), arguments.read_text().splitlines()
        except AirflowFailException as error:
            assert pushed == {"reason": str(error)}
            raise

    return run


def test_window_reaches_the_binary(fake, tmp_path):
    value, arguments = fake(0)
    assert arguments == [f"job bronze --from {WINDOW['start']} --to {WINDOW['end']}", str(tmp_path)]
    assert datetime.fromisoformat(value).utcoffset().total_seconds() == 0
    _, arguments = fake(0, source="jumpit")
    assert arguments[0].endswith(" --sources jumpit")


def test_nothing_in_a_name_is_run_by_the_shell(fake, tmp_path):
    _, arguments = fake(0, source="a; touch broken $(id)")
    assert arguments[0].endswith(" --sources a; touch broken $(id)")
    assert not (tmp_path / "broken").exists()


@pytest.mark.parametrize("code", [2, 3, 4, 7])
def test_what_cannot_help_fails_at_once(fake, code):
    with pytest.raises(AirflowFailException, match=f"exit {code}, .*tmi: the reason"):
        fake(code)


@pytest.mark.parametrize("code", [1, 5, 6, 99, 130, 137])
def test_the_rest_is_tried_again(fake, code):
    with pytest.raises(AirflowException) as raised:
        fake(code)
    assert not isinstance(raised.value, AirflowFailException)


def test_a_lake_nobody_named_is_refused(fake):
    with pytest.raises(AirflowFailException, match="TMI_LAKE_URI"):
        fake(0, lake="", home="")


def test_a_pod_says_how_it_ended():
    from tmi_pod import exit_code

    def pod(state):
        return k8s.V1Pod(status=k8s.V1PodStatus(container_statuses=[
            k8s.V1ContainerStatus(name="base", image="i", image_id="i", ready=False, restart_count=0, state=state)
        ]))

    assert exit_code(pod(k8s.V1ContainerState(terminated=k8s.V1ContainerStateTerminated(exit_code=7)))) == 7
    assert exit_code(pod(k8s.V1ContainerState(running=k8s.V1ContainerStateRunning()))) is None
    assert exit_code(None) is None


def test_an_alert_reaches_the_webhook(monkeypatch):
    got = []

    class Hook(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    ti = SimpleNamespace(dag_id="tmi_publish", task_id="check", map_index=-1, run_id="r1")
    monkeypatch.setenv("TMI_ALERT_URL", f"http://127.0.0.1:{server.server_port}/")
    tmi_alert.alert({"ti": ti, "exception": ValueError("exit 7")})
    server.shutdown()
    server.server_close()
    assert got == [{"text": "TMI: tmi_publish.check failed in r1: exit 7"}]
    tmi_alert.alert({"ti": ti})  # nobody listens any more: it is logged, no more


def test_messages_are_read_or_refused():
    event = {"version": 1, "event": "collected", "source": "jumpit", "run": "20260504T000102Z-0123abcd", "manifest": "raw/…", "status": "done"}
    assert tmi_queue.read(json.dumps(event)) == ("jumpit", datetime(2026, 5, 4, 0, 1, 2, tzinfo=UTC))
    for change in [{"version": 2}, {"event": "refined"}, {"source": "a b"}, {"source": None}, {"run": "yesterday"}]:
        with pytest.raises(ValueError):
            tmi_queue.read(json.dumps(event | change))
    for body in ["", "[]", "collected"]:
        with pytest.raises(ValueError):
            tmi_queue.read(body)
