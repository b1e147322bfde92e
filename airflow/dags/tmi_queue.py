"""The queue of completion events: every collecting run sends one message when it has ended.

A message is a hint. It is deleted when its source is refined, so that one whose handling failed
comes back, and SQS moves it to the dead-letter queue after the receives that the queue allows.
"""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

from airflow.providers.amazon.aws.hooks.sqs import SqsHook
from airflow.sdk.exceptions import AirflowSkipException
from tmi_job import setting

log = logging.getLogger(__name__)

RUN = re.compile(r"(\d{8}T\d{6})Z-[0-9a-z]+")
SOURCE = re.compile(r"[a-z][a-z0-9_]*")
MOST = 1000  # messages that one run takes


def client():
    """SQS by Airflow's connection aws_default, or by the AWS SDK's usual chain where there is none."""
    found = re.match(r"https://sqs\.([a-z0-9-]+)\.amazonaws\.com", queue_url())
    return SqsHook(region_name=found.group(1) if found else None).get_conn()


def queue_url() -> str:
    url = setting("TMI_QUEUE_URL")
    if not url:
        raise AirflowSkipException("TMI_QUEUE_URL is not set: tmi_sweep refines what is landed")
    return url


def receive(due: datetime) -> list[dict]:
    """Takes what the queue holds: one entry per source with the window that its messages span.

    A window begins with its first run. It ends when the last message was sent, which is after
    its run's end, or when this run was due if that is later. Messages that nobody can read
    stay, to be moved to the dead-letter queue.
    """
    queue, url, taken = client(), queue_url(), {}
    count = 0
    while count < MOST:
        answer = queue.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1, AttributeNames=["SentTimestamp"])
        messages = answer.get("Messages", [])
        if not messages:
            break
        count += len(messages)
        for message in messages:
            try:
                source, start = read(message["Body"])
            except ValueError as error:
                log.error("message %s is left for the dead-letter queue: %s", message["MessageId"], error)
                continue
            sent = datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC)
            unit = taken.setdefault(source, {"source": source, "start": start, "end": due, "handles": []})
            unit["start"] = min(unit["start"], start)
            unit["end"] = max(unit["end"], sent)
            unit["handles"].append(message["ReceiptHandle"])
    log.info("%d messages of %s", count, ", ".join(sorted(taken)) or "nobody")
    return [unit | {"start": unit["start"].isoformat(), "end": unit["end"].isoformat()} for _, unit in sorted(taken.items())]


def read(body: str) -> tuple[str, datetime]:
    """The source of a message and when its run began; ValueError says what is wrong with it."""
    event = json.loads(body)
    if not isinstance(event, dict) or (event.get("version"), event.get("event")) != (1, "collected"):
        raise ValueError("expected the event collected in version 1")
    source, run = str(event.get("source")), RUN.fullmatch(str(event.get("run")))
    if not SOURCE.fullmatch(source) or run is None:
        raise ValueError("source or run are none")
    return source, datetime.strptime(run.group(1), "%Y%m%dT%H%M%S").replace(tzinfo=UTC)


def acknowledge(handles: list[str]) -> None:
    """Deletes messages whose source is refined."""
    queue, url = client(), queue_url()
    for handle in handles:
        queue.delete_message(QueueUrl=url, ReceiptHandle=handle)


def dead_letters() -> tuple[str, int]:
    """The dead-letter queue, and how many messages lie there; "" and 0 where the queue has none."""
    queue = client()
    policy = queue.get_queue_attributes(QueueUrl=queue_url(), AttributeNames=["RedrivePolicy"]).get("Attributes", {}).get("RedrivePolicy")
    if not policy:
        return "", 0
    name = json.loads(policy)["deadLetterTargetArn"].rsplit(":", 1)[-1]
    dead = queue.get_queue_url(QueueName=name)["QueueUrl"]
    count = queue.get_queue_attributes(QueueUrl=dead, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]["ApproximateNumberOfMessages"]
    return name, int(count)
