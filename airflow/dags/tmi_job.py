"""One Airflow task is one `tmi job`: how the binary is called and what its exit codes mean.

There is no business rule here. What a step does, what it skips and what it refuses is the
binary's; this file passes a window in and turns an exit code into success, retry or failure.

TMI_RUNNER in the environment of the DAG processor and the workers chooses where the binary
runs: `local` (the default) on the worker, `pods` in a pod of its own for each task.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from datetime import UTC, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from airflow.providers.standard.hooks.subprocess import SubprocessHook
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import Asset, Variable
from airflow.sdk.exceptions import AirflowException, AirflowFailException
from tmi_alert import alert

ZONE = "Asia/Seoul"
START_DATE = datetime(2026, 1, 1, tzinfo=ZoneInfo(ZONE))

# What publishing waits for: a source's postings in silver changed. Its events carry the window.
SILVER = Asset(name="tmi_silver", uri="x-tmi://lake/silver")

# Pools, with their slots in airflow/pools.json. Silver and what follows it up to the publication
# have one slot between them: an audit that ran while another source is written would see tables
# that do not agree. Publishing comes first there, so that its steps follow one another.
COLLECT_POOL, BRONZE_POOL, TURN_POOL = "tmi_collect", "tmi_bronze", "tmi_turn"
PUBLISH_WEIGHT, UPKEEP_WEIGHT = 100, 1

DEFAULTS = {
    "owner": "tmi",
    "retries": 4,
    "retry_delay": timedelta(minutes=2),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=30),
    "execution_timeout": timedelta(hours=1),
    "on_failure_callback": alert,
    "weight_rule": "absolute",
}

# Exit codes after which trying again cannot help, in the words of `tmi job --help`. All others
# are worth a retry: 5 (a board or service unavailable), 6 (somebody else committed first),
# 1 and the signals (a crash, a full memory).
FINAL = {
    2: "usage or config",
    3: "a frozen contract broke, or a source with many rows gave none",
    4: "not found",
    7: "audit failed; the published set stays as it was",
}

EXIT_CODES = """
| exit code | what happens |
| --- | --- |
| 0 | done; rejected rows and failed pages are in the task's log and in `tmi rejects` |
| 1, 5, 6 | retried: a crash, a board that does not answer, somebody else's commit |
| 2, 3, 4, 7 | failed at once; the reason is the last line of the task's log, and the XCom `reason` |

Running a task again is always safe. Settings, pools and what to do about alerts: docs/airflow.md.
"""

# The run's data interval. A run that somebody starts by hand without a logical date has none:
# it gets the day that ends with it.
START = "{{ (data_interval_start | default(none, true) or dag_run.run_after - macros.timedelta(days=1)) | ts }}"
END = "{{ (data_interval_end | default(none, true) or dag_run.run_after) | ts }}"

# A lake in the task's scratch folder would be lost with it, hence the check. The variables that
# are for this file alone are none of the binary's settings.
SCRIPT = """\
set -euo pipefail
if [ -z "${TMI_HOME:-}${TMI_LAKE_URI:-}" ]; then
  echo "set TMI_LAKE_URI, or TMI_HOME to the folder of tmi.yaml" >&2; exit 2
fi
bin="${TMI_BIN:-tmi}"
cd "${TMI_HOME:-.}"
unset TMI_HOME TMI_BIN TMI_RUNNER TMI_IMAGE TMI_NAMESPACE TMI_ALERT_URL
exec "$bin" """


def setting(name: str, default: str = "") -> str:
    """A setting of a worker: from its environment, else from Airflow's Variable of that name."""
    return os.environ.get(name) or Variable.get(name, default=default) or default


def ask(*arguments: str) -> object:
    """What the binary prints with --output json; the exit codes mean what they mean for a task."""
    environment = os.environ | {name: setting(name) for name in ("TMI_BIN", "TMI_HOME")}
    command = SCRIPT + shlex.join([*arguments, "--output", "json"])
    answer = subprocess.run(["bash", "-c", command], env=environment, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        last = (answer.stderr.strip().splitlines() or [""])[-1]
        kind = AirflowFailException if answer.returncode in FINAL else AirflowException
        raise kind(f"tmi {arguments[0]}: exit {answer.returncode}: {last}")
    return json.loads(answer.stdout)


def enabled_sources() -> list[str]:
    """The names of the boards that are on."""
    return [row["name"] for row in ask("sources") if row["enabled"]]


def job_arguments(step: str, start: str, end: str, source: str) -> list[str]:
    return ["job", step, "--from", start, "--to", end] + (["--sources", source] if source else [])


def failed(step: str, code: int | None, last: str) -> AirflowException | None:
    """The error of an exit code after which trying again cannot help; None for the others."""
    if code not in FINAL:
        return None
    return AirflowFailException(f"tmi job {step}: exit {code}, {FINAL[code]}: {last}")


def keep_reason(context, reason: AirflowException) -> None:
    """Leaves the reason in the task's XCom, where the UI shows it without a log server."""
    if "ti" in context:
        context["ti"].xcom_push(key="reason", value=str(reason))


def tell_assets(task, context, start: str, end: str, source: str) -> None:
    """Hands the window on to whoever is scheduled by what the task made."""
    for asset in task.outlets:
        context["outlet_events"][asset].extra = {"source": source, "from": start, "to": end}


class LocalJob(BashOperator):
    """Runs `tmi job STEP` over the window from `start` to `end`, templated RFC 3339 instants.

    The task's value is the instant at which it ended, in RFC 3339. An exit code in FINAL
    fails the task at once, with the command's last line as the reason; others leave it to the
    task's retries. `source` is one board; empty is all that are on.
    """

    template_fields = ("start", "end", "source")

    def __init__(self, *, step: str, start: str = START, end: str = END, source: str = "", **kwargs) -> None:
        super().__init__(bash_command="", append_env=True, skip_on_exit_code=None, **kwargs)
        self.step, self.start, self.end, self.source = step, start, end, source

    @cached_property
    def subprocess_hook(self) -> SubprocessHook:
        return _Hook()

    def execute(self, context) -> str:
        self.bash_command = SCRIPT + shlex.join(job_arguments(self.step, self.start, self.end, self.source))
        self.env = {name: setting(name) for name in ("TMI_BIN", "TMI_HOME")}
        try:
            super().execute(context)
        except AirflowException as error:
            result = self.subprocess_hook.result
            final = failed(self.step, result.exit_code, result.output) if result is not None else None
            if final is None:
                raise
            keep_reason(context, final)
            raise final from error
        tell_assets(self, context, self.start, self.end, self.source)
        return datetime.now(UTC).isoformat()


class _Hook(SubprocessHook):
    """Remembers how the command ended, which the operator's exception does not say."""

    result = None

    def run_command(self, *args, **kwargs):
        self.result = super().run_command(*args, **kwargs)
        return self.result


if os.environ.get("TMI_RUNNER", "local") == "pods":
    from tmi_pod import PodJob as TmiJob
else:
    TmiJob = LocalJob
