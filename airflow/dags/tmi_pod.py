"""The same tasks in pods: each `tmi job` is a pod of TMI's image.

TMI_IMAGE names the image and TMI_NAMESPACE the namespace (default `tmi`). The pod's settings
are the config map and the secret `tmi`, its rights those of the service account `tmi`, which
the Helm chart makes. Airflow's own cluster connection is used.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime

import tmi_job
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk.exceptions import AirflowException
from kubernetes.client import models as k8s


class PodJob(KubernetesPodOperator):
    """[LocalJob] in a pod: the same arguments, windows, value and meaning of exit codes."""

    template_fields = ("start", "end", "source")

    def __init__(self, *, step: str, start: str = tmi_job.START, end: str = tmi_job.END, source: str = "", **kwargs) -> None:
        super().__init__(
            name=f"tmi-{step}",
            namespace=os.environ.get("TMI_NAMESPACE", "tmi"),
            image=os.environ.get("TMI_IMAGE", ""),
            service_account_name="tmi",
            automount_service_account_token=False,
            env_from=[
                k8s.V1EnvFromSource(config_map_ref=k8s.V1ConfigMapEnvSource(name="tmi")),
                k8s.V1EnvFromSource(secret_ref=k8s.V1SecretEnvSource(name="tmi", optional=True)),
            ],
            security_context=k8s.V1PodSecurityContext(run_as_non_root=True, run_as_user=65532, fs_group=65532),
            container_security_context=k8s.V1SecurityContext(
                allow_privilege_escalation=False, read_only_root_filesystem=True, capabilities=k8s.V1Capabilities(drop=["ALL"])
            ),
            volumes=[k8s.V1Volume(name="scratch", empty_dir=k8s.V1EmptyDirVolumeSource())],
            volume_mounts=[k8s.V1VolumeMount(name="scratch", mount_path="/tmp")],
            get_logs=True,
            on_finish_action="delete_pod",
            **kwargs,
        )
        self.step, self.start, self.end, self.source = step, start, end, source

    def execute(self, context) -> str:
        if not self.image:
            raise tmi_job.AirflowFailException("TMI_IMAGE names no image, which TMI_RUNNER=pods needs")
        self.arguments = tmi_job.job_arguments(self.step, self.start, self.end, self.source)
        try:
            super().execute(context)
        except AirflowException as error:
            final = tmi_job.failed(self.step, exit_code(self.remote_pod), "the reason is in the log above")
            if final is None:
                raise
            tmi_job.keep_reason(context, final)
            raise final from error
        tmi_job.tell_assets(self, context, self.start, self.end, self.source)
        return datetime.now(UTC).isoformat()


def exit_code(pod: k8s.V1Pod | None) -> int | None:
    """How the pod's first container ended; None where it did not."""
    statuses = pod.status.container_statuses if pod is not None and pod.status is not None else None
    ended = statuses[0].state.terminated if statuses else None
    return ended.exit_code if ended is not None else None
