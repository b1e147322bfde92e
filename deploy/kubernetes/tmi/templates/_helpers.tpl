{{/* Labels of an object; the part is api or jobs. */}}
{{- define "tmi.labels" -}}
app.kubernetes.io/name: tmi
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .part }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{/* What picks the pods of a part; it may never change, or an upgrade is refused. */}}
{{- define "tmi.selector" -}}
app.kubernetes.io/name: tmi
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .part }}
{{- end }}

{{- define "tmi.image" -}}
{{- with .Values.image -}}
{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end }}
{{- end }}

{{/* What every pod has: who it runs as, and where it may write. */}}
{{- define "tmi.pod" -}}
serviceAccountName: tmi
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  seccompProfile: {type: RuntimeDefault}
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets: {{ range . }}
  - name: {{ . }}{{ end }}
{{- end }}
volumes:
  - name: scratch
    emptyDir: {sizeLimit: {{ .scratch }}}
{{- end }}

{{/* What every container has. */}}
{{- define "tmi.container" -}}
image: {{ include "tmi.image" .root }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
envFrom:
  - configMapRef: {name: tmi}
  - secretRef: {name: tmi, optional: true}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
volumeMounts:
  - {name: scratch, mountPath: /tmp}
resources: {{ toYaml .resources | nindent 2 }}
{{- end }}

{{/* Where API and jobs may go. */}}
{{- define "tmi.egress" -}}
egress:
  - ports:
      - {port: 53, protocol: UDP}
      - {port: 53, protocol: TCP}
  - ports:
      {{- range .Values.networkPolicy.ports }}
      - {port: {{ . }}, protocol: TCP}
      {{- end }}
{{- end }}
