package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

const chart = deploy + "/kubernetes/tmi"

// object is what of a Kubernetes object matters here.
type object struct {
	APIVersion string `json:"apiVersion"`
	Kind       string
	Metadata   struct {
		Name   string
		Labels map[string]string
	}
	Data, StringData map[string]string
	Subjects         []struct{ Kind, Name, Namespace string }
	RoleRef          struct{ Kind, Name string }
	Spec             struct {
		Replicas       *int
		Selector       selector
		PodSelector    selector
		Template       template
		JobTemplate    struct{ Spec jobSpec }
		Schedule       string
		TimeZone       string
		ScaleTargetRef struct{ Kind, Name string }
		MinReplicas    int
		MaxReplicas    int
		PolicyTypes    []string
		Ingress        []struct{ Ports []struct{ Port any } }
		Egress         []struct{ Ports []struct{ Port any } }
		Ports          []struct {
			Name             string
			Port, TargetPort any
		}
		Endpoints []struct{ Port, Path string }
		Rules     []struct {
			HTTP struct {
				Paths []struct {
					Backend struct {
						Service struct {
							Name string
							Port struct{ Name string }
						}
					}
				}
			}
		}
	}
}

// selector is a Service's map or the matchLabels of everything else.
type selector map[string]string

func (s *selector) UnmarshalJSON(text []byte) error {
	var wrapped struct{ MatchLabels map[string]string }
	if err := json.Unmarshal(text, &wrapped); err == nil && wrapped.MatchLabels != nil {
		*s = wrapped.MatchLabels
		return nil
	}
	return json.Unmarshal(text, (*map[string]string)(s))
}

func (s selector) picks(labels map[string]string) bool {
	for key, value := range s {
		if labels[key] != value {
			return false
		}
	}
	return len(s) > 0
}

type jobSpec struct {
	Template         template
	PodFailurePolicy struct {
		Rules []struct {
			OnExitCodes struct{ ContainerName string }
		}
	}
}

type template struct {
	Metadata struct{ Labels map[string]string }
	Spec     struct {
		ServiceAccountName           string
		AutomountServiceAccountToken *bool
		SecurityContext              struct {
			RunAsNonRoot   bool
			RunAsUser      int
			SeccompProfile struct{ Type string }
		}
		Volumes                    []struct{ Name string }
		InitContainers, Containers []container
	}
}

type container struct {
	Name, Image string
	Args        []string
	Ports       []struct {
		Name          string
		ContainerPort int
	}
	EnvFrom         []struct{ ConfigMapRef, SecretRef struct{ Name string } }
	SecurityContext struct {
		AllowPrivilegeEscalation *bool
		ReadOnlyRootFilesystem   bool
		Capabilities             struct{ Drop []string }
	}
	VolumeMounts []struct{ Name, MountPath string }
	Resources    struct{ Requests, Limits map[string]any }

	StartupProbe, LivenessProbe, ReadinessProbe *struct {
		HTTPGet struct {
			Path string
			Port any
		}
	}
}

// pods are the pod templates of the objects, by the object's name.
func pods(objects []object) map[string]template {
	all := map[string]template{}
	for _, o := range objects {
		switch o.Kind {
		case "Deployment":
			all[o.Metadata.Name] = o.Spec.Template
		case "CronJob":
			all[o.Metadata.Name] = o.Spec.JobTemplate.Spec.Template
		}
	}
	return all
}

func TestChart(t *testing.T) {
	helm, err := exec.LookPath("helm")
	if err != nil {
		t.Skip("no helm: `make deploy-check` brings it")
	}
	sets, err := filepath.Glob(chart + "/ci/*.yaml")
	if err != nil || len(sets) < 3 {
		t.Fatalf("sets of values: %v, %v", sets, err)
	}
	kinds := map[string]bool{}
	for _, set := range sets {
		t.Run(filepath.Base(set), func(t *testing.T) {
			// A helm of `go install` believes that it speaks to Kubernetes 1.20 unless it is told.
			if out, err := exec.Command(helm, "lint", "--strict", "--kube-version", "1.30.0", chart, "-f", set).CombinedOutput(); err != nil {
				t.Fatalf("helm lint: %v\n%s", err, out)
			}
			c := exec.Command(helm, "template", "tmi", chart, "--namespace", "tmi", "--kube-version", "1.30.0", "-f", set)
			var complaints bytes.Buffer
			c.Stderr = &complaints
			text, err := c.Output()
			if err != nil {
				t.Fatalf("helm template: %v\n%s", err, complaints.String())
			}
			conforms(t, text)
			objects := readObjects(t, text)
			for _, o := range objects {
				kinds[o.Kind] = true
			}
			checkObjects(t, objects)
			for name, pod := range pods(objects) {
				checkPod(t, name, pod)
			}
		})
	}
	for _, kind := range []string{"ConfigMap", "CronJob", "Deployment", "HorizontalPodAutoscaler", "Ingress", "NetworkPolicy", "PodDisruptionBudget", "Role", "RoleBinding", "Secret", "Service", "ServiceAccount", "ServiceMonitor"} {
		if !kinds[kind] {
			t.Errorf("no set of values makes a %s", kind)
		}
	}
	for _, c := range []struct {
		name, word string
		values     []string
	}{
		{"a lake in the pod", "TMI_LAKE_URI", []string{"settings.TMI_LAKE_URI=file:///tmp/lake"}},
		{"a catalog of one machine", "TMI_CATALOG", []string{"settings.TMI_LAKE_URI=s3://b/l", "settings.TMI_CATALOG=sqlite"}},
		{"a secret among the settings", "TMI_GEMINI_API_KEY", []string{"settings.TMI_LAKE_URI=s3://b/l", "settings.TMI_GEMINI_API_KEY=x"}},
		{"an ingress for nobody", "host", []string{"settings.TMI_LAKE_URI=s3://b/l", "ingress.enabled=true"}},
		{"a misspelt value", "replica", []string{"settings.TMI_LAKE_URI=s3://b/l", "api.replica=3"}},
	} {
		args := []string{"template", "tmi", chart, "--kube-version", "1.30.0"}
		for _, value := range c.values {
			args = append(args, "--set", value)
		}
		if out, err := exec.Command(helm, args...).CombinedOutput(); err == nil || !strings.Contains(string(out), c.word) {
			t.Errorf("%s: %v, want a refusal that names %s\n%s", c.name, err, c.word, out)
		}
	}
}

// conforms validates by Kubernetes' own schemas, where there is the program for it.
func conforms(t *testing.T, text []byte) {
	t.Helper()
	validate, err := exec.LookPath("kubernetes-validate")
	if err != nil {
		t.Log("no kubernetes-validate: the schemas of Kubernetes are not asked")
		return
	}
	file := filepath.Join(t.TempDir(), "rendered.yaml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(validate, "--strict", file).CombinedOutput(); err != nil {
		t.Errorf("kubernetes-validate: %v\n%s", err, out)
	}
}

func readObjects(t *testing.T, text []byte) (objects []object) {
	t.Helper()
	for d := yaml.NewDecoder(bytes.NewReader(text)); ; {
		var any map[string]any
		if err := d.Decode(&any); errors.Is(err, io.EOF) {
			return objects
		} else if err != nil {
			t.Fatal(err)
		}
		if any == nil {
			continue
		}
		text, err := json.Marshal(any)
		if err != nil {
			t.Fatal(err)
		}
		var o object
		if err := json.Unmarshal(text, &o); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		objects = append(objects, o)
	}
}

// checkObjects checks what objects say of one another.
func checkObjects(t *testing.T, objects []object) {
	t.Helper()
	byName := map[string]object{}
	for _, o := range objects {
		key := o.Kind + "/" + o.Metadata.Name
		if _, isTwice := byName[key]; isTwice {
			t.Errorf("%s is there twice", key)
		}
		byName[key] = o
	}
	all := pods(objects)
	// picked are the pods that a selector picks.
	picked := func(s selector) (names []string) {
		for name, pod := range all {
			if s.picks(pod.Metadata.Labels) {
				names = append(names, name)
			}
		}
		return names
	}
	api := all["tmi-api"].Spec.Containers[0]
	port := func(name any) bool {
		return slices.ContainsFunc(api.Ports, func(p struct {
			Name          string
			ContainerPort int
		}) bool {
			return p.Name == name
		})
	}
	for key, o := range byName {
		switch o.Kind {
		case "Deployment", "PodDisruptionBudget":
			if got := picked(o.Spec.Selector); !slices.Equal(got, []string{"tmi-api"}) {
				t.Errorf("%s picks %v", key, got)
			}
		case "Service":
			if got := picked(o.Spec.Selector); !slices.Equal(got, []string{"tmi-api"}) || len(o.Spec.Ports) != 1 || !port(o.Spec.Ports[0].TargetPort) {
				t.Errorf("%s picks %v, ports %v, want the API's pods and a port of theirs", key, got, o.Spec.Ports)
			}
		case "HorizontalPodAutoscaler":
			target, ok := byName[o.Spec.ScaleTargetRef.Kind+"/"+o.Spec.ScaleTargetRef.Name]
			if !ok || target.Spec.Replicas != nil || o.Spec.MinReplicas < 2 || o.Spec.MaxReplicas < o.Spec.MinReplicas {
				t.Errorf("%s: %+v of a deployment with replicas %v", key, o.Spec.ScaleTargetRef, target.Spec.Replicas)
			}
		case "NetworkPolicy":
			got := picked(o.Spec.PodSelector)
			if len(got) == 0 && o.Spec.PodSelector["kubernetes_pod_operator"] == "" && byName["CronJob/tmi-run"].Kind != "" || !slices.Equal(o.Spec.PolicyTypes, []string{"Ingress", "Egress"}) {
				t.Errorf("%s picks %v, types %v", key, got, o.Spec.PolicyTypes)
			}
			isAPI := slices.Equal(got, []string{"tmi-api"})
			if isAPI != (len(o.Spec.Ingress) == 1) || isAPI && !port(o.Spec.Ingress[0].Ports[0].Port) {
				t.Errorf("%s of %v lets in %+v, want the API's port there alone", key, got, o.Spec.Ingress)
			}
		case "Ingress":
			backend := o.Spec.Rules[0].HTTP.Paths[0].Backend.Service
			service, ok := byName["Service/"+backend.Name]
			if !ok || service.Spec.Ports[0].Name != backend.Port.Name {
				t.Errorf("%s leads to %+v", key, backend)
			}
		case "ServiceMonitor":
			service := byName["Service/tmi-api"]
			if e := o.Spec.Endpoints[0]; !o.Spec.Selector.picks(service.Metadata.Labels) || e.Port != service.Spec.Ports[0].Name || !isRoute(t, e.Path) {
				t.Errorf("%s: %v %+v", key, o.Spec.Selector, o.Spec.Endpoints)
			}
		case "RoleBinding":
			if _, ok := byName[o.RoleRef.Kind+"/"+o.RoleRef.Name]; !ok || len(o.Subjects) == 0 {
				t.Errorf("%s: %+v %+v", key, o.RoleRef, o.Subjects)
			}
		case "CronJob":
			checkCron(t, key, o)
		case "ConfigMap":
			checkSettings(t, o.Data, byName["Secret/tmi"].StringData)
		}
	}
	for name, pod := range all {
		if _, ok := byName["ServiceAccount/"+pod.Spec.ServiceAccountName]; !ok {
			t.Errorf("%s: no service account %q", name, pod.Spec.ServiceAccountName)
		}
	}
}

func checkCron(t *testing.T, key string, o object) {
	t.Helper()
	if o.Spec.TimeZone != "Asia/Seoul" {
		t.Errorf("%s: time zone %q", key, o.Spec.TimeZone)
	}
	spec := o.Spec.JobTemplate.Spec
	all := slices.Concat(spec.Template.Spec.InitContainers, spec.Template.Spec.Containers)
	for _, rule := range spec.PodFailurePolicy.Rules {
		name := rule.OnExitCodes.ContainerName
		if name != "" && !slices.ContainsFunc(all, func(c container) bool { return c.Name == name }) {
			t.Errorf("%s: a rule for the container %q, which is not there", key, name)
		}
	}
	if o.Metadata.Name != "tmi-run" {
		return
	}
	// The same as the timer of a plain machine does.
	unit, err := os.ReadFile(deploy + "/systemd/tmi-run.service")
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, line := range regexp.MustCompile(`(?m)^ExecStart=/usr/local/bin/tmi (.*)$`).FindAllStringSubmatch(string(unit), -1) {
		want = append(want, line[1])
	}
	for _, c := range all {
		got = append(got, strings.Join(c.Args, " "))
	}
	if o.Spec.Schedule != "0 6 * * *" || !slices.Equal(got, want) {
		t.Errorf("%s: at %s %q, want six o'clock and %q, as tmi-run.service", key, o.Spec.Schedule, got, want)
	}
}

// checkSettings reads the config map and the secret as the program in a pod does.
func checkSettings(t *testing.T, settings, secret map[string]string) {
	t.Helper()
	environ := []string{"TMI_CATALOG_URI=postgres://tmi@host/tmi"} // of the secret that the chart did not make
	if settings["TMI_CATALOG"] == "glue" {
		environ = nil
	}
	for _, values := range []map[string]string{settings, secret} {
		for key, value := range values {
			environ = append(environ, key+"="+value)
		}
	}
	c, err := loadConfig("", environ, func(name string) { t.Errorf("%s is no setting", name) })
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(c.CacheDir, "/tmp/") {
		t.Errorf("cache_dir is %s, which a pod may not write to", c.CacheDir)
	}
}

// isRoute says whether the API has a probe of that path.
func isRoute(t *testing.T, path string) bool {
	t.Helper()
	text, err := os.ReadFile("../../api/probes.go")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Contains(string(text), "engine.GET("+strconv.Quote(path)+",")
}

func checkPod(t *testing.T, name string, pod template) {
	t.Helper()
	s := pod.Spec.SecurityContext
	if !s.RunAsNonRoot || s.RunAsUser == 0 || s.SeccompProfile.Type != "RuntimeDefault" || pod.Spec.AutomountServiceAccountToken == nil || *pod.Spec.AutomountServiceAccountToken {
		t.Errorf("%s runs as %+v, with a token %v", name, s, pod.Spec.AutomountServiceAccountToken)
	}
	dockerfile, err := os.ReadFile("../../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	if user := strconv.Itoa(s.RunAsUser); !strings.Contains(string(dockerfile), "USER "+user+":"+user+"\n") {
		t.Errorf("%s runs as %s, the image as another", name, user)
	}
	// Airflow's pods are the same pods.
	operator, err := os.ReadFile("../../airflow/dags/tmi_pod.py")
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{`V1ConfigMapEnvSource(name="tmi")`, `V1SecretEnvSource(name="tmi", optional=True)`, `service_account_name="` + pod.Spec.ServiceAccountName + `"`, "run_as_user=" + strconv.Itoa(s.RunAsUser), `"TMI_NAMESPACE", "tmi"`} {
		if !strings.Contains(string(operator), word) {
			t.Errorf("tmi_pod.py has no %s", word)
		}
	}
	for _, c := range slices.Concat(pod.Spec.InitContainers, pod.Spec.Containers) {
		checkContainer(t, name+"/"+c.Name, pod, c)
	}
}

func checkContainer(t *testing.T, name string, pod template, c container) {
	t.Helper()
	s := c.SecurityContext
	if s.AllowPrivilegeEscalation == nil || *s.AllowPrivilegeEscalation || !s.ReadOnlyRootFilesystem || !slices.Equal(s.Capabilities.Drop, []string{"ALL"}) {
		t.Errorf("%s may do too much: %+v", name, s)
	}
	if !regexp.MustCompile(`(:v\d+\.\d+\.\d+|@sha256:[0-9a-f]{64})$`).MatchString(c.Image) {
		t.Errorf("%s: image %s, want one release", name, c.Image)
	}
	if len(c.EnvFrom) != 2 || c.EnvFrom[0].ConfigMapRef.Name != "tmi" || c.EnvFrom[1].SecretRef.Name != "tmi" {
		t.Errorf("%s: settings from %+v", name, c.EnvFrom)
	}
	if c.Resources.Requests["cpu"] == nil || c.Resources.Requests["memory"] == nil || c.Resources.Limits["memory"] == nil {
		t.Errorf("%s: resources %+v", name, c.Resources)
	}
	if len(c.VolumeMounts) != 1 || c.VolumeMounts[0].MountPath != "/tmp" || c.VolumeMounts[0].Name != pod.Spec.Volumes[0].Name {
		t.Errorf("%s: writes to %+v", name, c.VolumeMounts)
	}
	command, rest, err := newApp(strings.NewReader(""), io.Discard, io.Discard, nil).rootCommand().Find(c.Args)
	if err == nil {
		err = command.ParseFlags(rest)
	}
	if err == nil && command.Flags().NArg() > 0 {
		err = errors.New("arguments of nothing")
	}
	if err != nil || !command.Runnable() {
		t.Errorf("%s: tmi %v: %v", name, c.Args, err)
	}
	if c.Name != "api" {
		return
	}
	if want := "0.0.0.0:" + strconv.Itoa(c.Ports[0].ContainerPort); command.Flag("addr").Value.String() != want {
		t.Errorf("%s listens on %s, its port is %s", name, command.Flag("addr").Value, want)
	}
	for kind, probe := range map[string]*struct {
		HTTPGet struct {
			Path string
			Port any
		}
	}{"startup": c.StartupProbe, "liveness": c.LivenessProbe, "readiness": c.ReadinessProbe} {
		if probe == nil || probe.HTTPGet.Port != c.Ports[0].Name || !isRoute(t, probe.HTTPGet.Path) || kind == "liveness" && probe.HTTPGet.Path == "/readyz" {
			t.Errorf("%s: %s probe %+v", name, kind, probe)
		}
	}
}

// Airflow's chart gets the same release everywhere, the DAGs' own folder, and variables that
// the DAGs or the program know.
func TestAirflowValues(t *testing.T) {
	text, err := os.ReadFile(deploy + "/kubernetes/airflow-values.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var v struct {
		AirflowVersion string `yaml:"airflowVersion"`
		Executor       string
		Images         struct {
			Airflow struct{ Repository, Tag string }
		}
		Dags struct {
			GitSync struct {
				Enabled           bool
				Repo, Ref, Period string
				SubPath           string `yaml:"subPath"`
			} `yaml:"gitSync"`
		}
		Env []struct{ Name, Value string }
	}
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	requirements, err := os.ReadFile("../../airflow/requirements.txt")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(requirements), "apache-airflow=="+v.AirflowVersion+"\n") {
		t.Errorf("Airflow %s, the DAGs are tested with another", v.AirflowVersion)
	}
	if files, err := filepath.Glob(filepath.Join("../..", v.Dags.GitSync.SubPath, "tmi_collect.py")); err != nil || len(files) != 1 || !v.Dags.GitSync.Enabled {
		t.Errorf("%s holds no DAGs", v.Dags.GitSync.SubPath)
	}
	dags, err := os.ReadFile("../../airflow/dags/tmi_job.py")
	if err != nil {
		t.Fatal(err)
	}
	pod, err := os.ReadFile("../../airflow/dags/tmi_pod.py")
	if err != nil {
		t.Fatal(err)
	}
	var environ []string
	for _, variable := range v.Env {
		switch {
		case !strings.HasPrefix(variable.Name, "TMI_"), strings.Contains(string(dags)+string(pod), `"`+variable.Name+`"`):
		default:
			environ = append(environ, variable.Name+"="+variable.Value)
		}
		if variable.Name == "TMI_IMAGE" && !strings.HasSuffix(variable.Value, ":"+v.Dags.GitSync.Ref) || v.Images.Airflow.Tag != v.Dags.GitSync.Ref {
			t.Errorf("DAGs of %s, Airflow's image of %s, pods of %s", v.Dags.GitSync.Ref, v.Images.Airflow.Tag, variable.Value)
		}
	}
	if _, err := loadConfig("", environ, func(name string) { t.Errorf("%s is no setting", name) }); err != nil {
		t.Error(err)
	}
}
