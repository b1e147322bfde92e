"""Simulated days through the DAGs in a real Airflow: the real binary on replica boards, moto's SQS.

Three days by default, another number by TMI_TEST_DAYS, thirty with TMI_TEST_SLOW=1. Messages are doubled and lost, one is rubbish, a
step is killed; in the end the tables must be those of one `tmi run` over the same landings.
"""

import csv
import io
import json
import os
import queue
import shutil
import socket
import subprocess
import threading
import time
import urllib.request
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

BINARY = os.environ.get("TMI_TEST_BINARY", "")
PYTHON = os.environ.get("TMI_TEST_PYTHON", "")
SEOUL = ZoneInfo("Asia/Seoul")
DAYS = int(os.environ.get("TMI_TEST_DAYS") or (30 if os.environ.get("TMI_TEST_SLOW") else 3))
assert DAYS >= 2, "the second day is the one with a killed step"
POSTINGS = 120

pytestmark = pytest.mark.skipif(not os.access(BINARY, os.X_OK), reason="no binary: run through `make airflow-test`")


@contextmanager
def process(command, **kwargs):
    """A program for the time of a test, ended with it whatever happens."""
    running = subprocess.Popen(command, **kwargs)
    try:
        yield running
    finally:
        running.terminate()
        try:
            running.wait(timeout=20)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait(timeout=20)


@contextmanager
def replica(now: datetime, start: datetime):
    """Replica boards whose clock stands at `now`; yields all the settings that they print, whole."""
    command = [BINARY, "replica", "--postings", str(POSTINGS), "--days", str(DAYS), "--seed", "3", "--start", f"{start:%Y-%m-%d}", "--now", now.isoformat()]
    with process(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as running:
        lines = queue.Queue()
        threading.Thread(target=lambda: [lines.put(line) for line in running.stdout] + [lines.put("")], daemon=True).start()
        settings = {}
        while "TMI_SOURCES_HN_THREADS" not in settings:  # the last one printed
            line = lines.get(timeout=60)
            assert line, "the replica boards ended before they had said their settings"
            name, _, value = line.strip().partition("=")
            settings[name] = value
        yield settings


@pytest.fixture(scope="module")
def sqs():
    """moto's SQS: what the collectors send to, what the DAGs read, and the dead letters."""
    if not PYTHON or subprocess.run([PYTHON, "-c", "import moto.server, flask_cors"], capture_output=True).returncode != 0:
        pytest.skip("no Python with moto; set TMI_TEST_PYTHON to one")
    import boto3

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    endpoint = f"http://127.0.0.1:{port}"
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1", "AWS_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true", "AWS_ENDPOINT_URL_SQS": endpoint}
    with process([PYTHON, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        for _ in range(300):
            assert running.poll() is None, "moto ended"
            try:
                urllib.request.urlopen(endpoint + "/moto-api/data.json", timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        else:
            pytest.fail("moto does not answer after 30 seconds")
        with pytest.MonkeyPatch.context() as patch:
            for name, value in keys.items():
                patch.setenv(name, value)
            client = boto3.client("sqs")
            dead = client.create_queue(QueueName="dead")["QueueUrl"]
            arn = client.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
            # Nobody waits here: what was not acknowledged is back at once.
            policy = {"VisibilityTimeout": "1", "RedrivePolicy": json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 3})}
            yield SimpleNamespace(
                client=client, dead=dead, sent=client.create_queue(QueueName="sent")["QueueUrl"],
                collected=client.create_queue(QueueName="collected", Attributes=policy)["QueueUrl"],
            )


class Post:
    """Carries messages from the collectors to the DAGs, and is not to be relied upon."""

    def __init__(self, sqs):
        self.sqs, self.count, self.doubled, self.lost, self.late = sqs, 0, 0, 0, []

    def carry(self):
        bodies, self.late = self.late, []
        while got := self.sqs.client.receive_message(QueueUrl=self.sqs.sent, MaxNumberOfMessages=10).get("Messages"):
            for message in got:
                self.sqs.client.delete_message(QueueUrl=self.sqs.sent, ReceiptHandle=message["ReceiptHandle"])
                self.count += 1
                if self.count % 20 == 7:
                    self.lost += 1
                    continue
                bodies.append(message["Body"])
                if self.count % 20 == 3:
                    bodies.append(message["Body"])  # twice in one go
                if self.count % 20 == 12:
                    self.late.append(message["Body"])  # and once more tomorrow
                self.doubled += self.count % 20 in (3, 12)
        for body in bodies:
            self.sqs.client.send_message(QueueUrl=self.sqs.collected, MessageBody=body)


@pytest.fixture
def river(airflow_db, bag, sqs, tmp_path, monkeypatch):
    """Runs DAGs at simulated instants over a lake, with the binary's clock set to them."""
    killer, program = tmp_path / "kill", tmp_path / "tmi"
    program.write_text(
        "#!/bin/sh\n"
        'case "$1" in job) set -- "$@" --now "$SIMULATED_NOW";; esac\n'
        'case "$2" in report) PATH=;; esac\n'  # a report without paper: Chromium takes seconds a day, and is tested elsewhere
        f'if [ "$2" = silver ] && rm {killer} 2>/dev/null; then\n'
        f'  {BINARY} "$@" & sleep 0.2; kill -9 $!; wait $!; exit $?\n'
        "fi\n"
        f'exec {BINARY} "$@"\n'
    )
    program.chmod(0o755)
    lake = tmp_path / "airflow"
    lake.mkdir()
    monkeypatch.setenv("TMI_BIN", str(program))
    monkeypatch.setenv("TMI_HOME", str(lake))
    monkeypatch.setenv("TMI_LAKE_URI", f"file://{lake}/lake")

    def run(name, at, conf=None, **settings):
        dag = bag.dags[name]
        for task in dag.tasks:  # a failure is looked at here, not waited for
            (task.partial_kwargs if hasattr(task, "partial_kwargs") else vars(task))["retries"] = 0
        with pytest.MonkeyPatch.context() as patch:
            for variable, value in ({"SIMULATED_NOW": at.isoformat()} | settings).items():
                patch.setenv(variable, value)
            return dag.test(logical_date=at, run_after=at, run_conf=conf)

    return SimpleNamespace(run=run, lake=lake, killer=killer)


def states(run):
    return {f"{ti.task_id}[{ti.map_index}]": ti.state for ti in run.get_task_instances()}


def rows(lake, statement):
    answer = subprocess.run([BINARY, "sql", "--format", "csv", statement], cwd=lake,
                            env=os.environ | {"TMI_LAKE_URI": f"file://{lake}/lake"}, capture_output=True, text=True, timeout=120)
    assert answer.returncode == 0, answer.stderr
    return list(csv.reader(io.StringIO(answer.stdout)))[1:]


# Every table that readers see. One run over the same landings must leave the same rows, to the last instant.
TABLES = [f"silver.{name}" for name in ("postings", "posting_techs", "presence", "lifecycle", "duplicates")] + [
    f"gold.{name}" for name in ("postings", "posting_techs", "tech_daily", "tech_pairs", "tech_related", "companies", "company_techs", "source_quality")
]


def test_days_through_the_dags_are_those_of_a_run(river, sqs, tmp_path, capsys):
    began = time.monotonic()

    def say(text):
        """Of a run of many days somebody wants to know how far it is."""
        with capsys.disabled():
            print(f"{time.monotonic() - began:7.1f} s  {text}", flush=True)

    # Days to come, so that the instants at which messages are really sent lie before them.
    start = datetime.now(SEOUL).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=40)
    straight = tmp_path / "straight"
    straight.mkdir()
    post = Post(sqs)
    sqs.client.send_message(QueueUrl=sqs.collected, MessageBody="rubbish")
    killed = 0
    for number in range(DAYS):
        morning = start + timedelta(days=number, hours=9)
        with replica(morning, start) as settings:
            done = river.run("tmi_collect", morning, TMI_QUEUE_URL=sqs.sent, **settings)
            assert done.state == "success", states(done)
        settings["TMI_QUEUE_URL"] = sqs.collected
        post.carry()
        at = morning + timedelta(minutes=30)
        if number == 1:
            river.killer.touch()
        done = river.run("tmi_refine", at, **settings)
        if number == 1:
            assert not river.killer.exists(), "nobody was killed"
            assert done.state == "failed" and "success" in states(done).values(), states(done)
            assert sorted(set(states(done).values())) == ["failed", "success", "upstream_failed"], states(done)
            killed += 1
            time.sleep(1.5)  # the message that nobody acknowledged is back
            done = river.run("tmi_refine", at, **settings)  # the run, cleared
        assert done.state == "success", states(done)
        done = river.run("tmi_sweep", morning + timedelta(hours=3, minutes=30), **settings)
        dead = states(done).pop("dead_letters[-1]")
        assert all(state == "success" for task, state in states(done).items() if task != "dead_letters[-1]"), states(done)
        done = river.run("tmi_publish", morning + timedelta(hours=4), **settings)
        assert done.state == "success", states(done)
        say(f"day {number + 1} of {DAYS}: {post.count} messages so far, {post.doubled} doubled, {post.lost} lost")
    evening = start + timedelta(days=DAYS - 1, hours=13)
    # What was done is done again, and what is due is kept: nothing that readers see changes.
    past = {"from": f"{start:%Y-%m-%d}", "to": f"{start + timedelta(days=DAYS - 1):%Y-%m-%d}", "sources": ["jumpit"]}
    done = river.run("tmi_backfill", evening, conf=past, **settings)
    assert done.state == "success" and len(states(done)) == 2 * (DAYS - 1) + 8, states(done)
    for name in ("tmi_expire", "tmi_maintain"):
        done = river.run(name, evening, **settings)
        assert done.state == "success", states(done)
    say("backfill, expire, maintain")
    shutil.copytree(river.lake / "lake" / "raw", straight / "lake" / "raw")
    shutil.copy(river.lake / "lake" / "lake.json", straight / "lake")
    run = subprocess.run([BINARY, "run", "--from-raw", "--full", "--now", evening.isoformat()], cwd=straight, capture_output=True, text=True,
                         timeout=900, env=os.environ | settings | {"TMI_LAKE_URI": f"file://{straight}/lake"})
    assert run.returncode == 0, run.stderr[-3000:]

    say(f"{post.count} messages, {post.doubled} doubled, {post.lost} lost, {killed} step killed")
    assert post.doubled and post.lost and killed
    # The rubbish was received three times and is where somebody looks after it; the sweep said so.
    assert [m["Body"] for m in sqs.client.receive_message(QueueUrl=sqs.dead)["Messages"]] == ["rubbish"]
    assert dead == "failed"
    for table in TABLES:
        statement = f"select * from {table} order by all"
        through, straight_on = rows(river.lake, statement), rows(straight, statement)
        assert through and through == straight_on, table
        say(f"{table}: {len(through)} rows, as those of tmi run")
