"""One Airflow task is one `tmi job`: how the binary is called and what its exit codes mean.

There is no business rule here. What a step does, what it skips and what it refuses is the
binary's; this file passes a window in and turns an exit code into success, retry or failure.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cached_property

from airflow.providers.standard.hooks.subprocess import SubprocessHook
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk.exceptions import AirflowException, AirflowFailException

# Exit codes after which trying again cannot help, in the words of `tmi job --help`. All others
# are worth a retry: 5 (a board or service unavailable), 6 (somebody else committed first),
# 1 and the signals (a crash, a full memory).
FINAL = {
    2: "usage or config",
    3: "a frozen contract broke, or a source with many rows gave none",
    4: "not found",
    7: "audit failed; the published set stays as it was",
}

# TMI_BIN and TMI_HOME come from the worker's environment, else from Airflow's Variables of the
# same names. TMI_HOME is the folder of tmi.yaml; every other setting is an environment variable
# that the binary reads itself. A lake in the task's scratch folder would be lost with it, hence the check.
COMMAND = """\
set -euo pipefail
bin="${TMI_BIN:-{{ var.value.get("TMI_BIN", "tmi") }}}"
home="${TMI_HOME:-{{ var.value.get("TMI_HOME", "") }}}"
if [ -z "$home${TMI_LAKE_URI:-}" ]; then
  echo "set TMI_LAKE_URI, or TMI_HOME to the folder of tmi.yaml" >&2; exit 2
fi
cd "${home:-.}"
exec "$bin" job %(step)s --from "%(start)s" --to "%(end)s"
"""

# The run's data interval. A run that somebody starts by hand without a logical date has none:
# it gets the day that ends with it.
START = "{{ data_interval_start | default(dag_run.run_after - macros.timedelta(days=1)) | ts }}"
END = "{{ data_interval_end | default(dag_run.run_after) | ts }}"


class _Hook(SubprocessHook):
    """Remembers how the command ended, which the operator's exception does not say."""

    result = None

    def run_command(self, *args, **kwargs):
        self.result = super().run_command(*args, **kwargs)
        return self.result


class TmiJob(BashOperator):
    """Runs `tmi job STEP` over the window from `start` to `end`, both templated RFC 3339 instants.

    The task's value is the instant at which it ended, in RFC 3339. An exit code in FINAL
    fails the task at once, with the command's last line as the reason; others leave it to the
    task's retries. With `now_only` the task does nothing in a backfill and its value is None.
    """

    def __init__(self, *, step: str, start: str = START, end: str = END, now_only: bool = False, **kwargs) -> None:
        super().__init__(
            bash_command=COMMAND % {"step": step, "start": start, "end": end},
            skip_on_exit_code=None,
            **kwargs,
        )
        self.step = step
        self.now_only = now_only

    @cached_property
    def subprocess_hook(self) -> SubprocessHook:
        return _Hook()

    def execute(self, context) -> str | None:
        if self.now_only and context["dag_run"].run_type == "backfill":
            self.log.info("a backfill of a past window: %s has nothing to do", self.step)
            return None
        try:
            super().execute(context)
        except AirflowException as error:
            result = self.subprocess_hook.result
            if result is not None and result.exit_code in FINAL:
                reason = f"tmi job {self.step}: exit {result.exit_code}, {FINAL[result.exit_code]}"
                raise AirflowFailException(f"{reason}: {result.output}") from error
            raise
        return datetime.now(UTC).isoformat()
