"""What happens when a task has failed for good: one line in the log, and a message to a webhook."""

from __future__ import annotations

import json
import logging
import os
import urllib.request

log = logging.getLogger(__name__)


def alert(context) -> None:
    """Tells of a failed task, in the shape that Slack, Mattermost and many others take.

    Goes to TMI_ALERT_URL where that is set. An alert that cannot be sent is logged and changes
    nothing: the task has failed either way.
    """
    ti = context["ti"]
    where = f"{ti.dag_id}.{ti.task_id}" + (f"[{ti.map_index}]" if getattr(ti, "map_index", -1) >= 0 else "")
    text = f"TMI: {where} failed in {ti.run_id}: {context.get('exception') or 'no reason given'}"
    log.error(text)
    url = os.environ.get("TMI_ALERT_URL")
    if not url:
        return
    request = urllib.request.Request(url, json.dumps({"text": text}).encode(), {"Content-Type": "application/json"})
    try:
        urllib.request.urlopen(request, timeout=10).close()
    except OSError as error:
        log.warning("the alert was not taken: %s", error)
