# Every verb sets up what it needs by itself; a second time that costs nothing.
# ARGS goes to the program: make demo ARGS="--postings 500", make run ARGS="--quick".

# --- Pins. Go modules are pinned by go.mod, Airflow's packages by airflow/requirements.txt.
VERSITYGW     := github.com/versity/versitygw/cmd/versitygw@v1.8.0
GOLANGCI_LINT := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
# v0.8.2 is the module version of staticcheck 2026.2.2.
STATICCHECK   := honnef.co/go/tools/cmd/staticcheck@v0.8.2
AXE           := axe-core@4.14.1
HELM          := helm.sh/helm/v3/cmd/helm@v3.22.0
ACTIONLINT    := github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
# Judges of the files in deploy/: AWS's and Kubernetes' schemas.
DEPLOY_PACKAGES := cfn-lint==1.58.0 kubernetes-validate==1.37.0
# Foreign readers, a queue, and a judge of the API for the tests. duckdb and its extensions follow the engine in go.mod.
PYTHON_PACKAGES := warcio==1.8.1 'pyiceberg[sql-sqlite,pyarrow]==0.12.0' pyiceberg-core==0.11.0 \
	duckdb==1.5.5 duckdb-extension-httpfs==1.5.5 duckdb-extension-avro==1.5.5 duckdb-extension-iceberg==1.5.5 \
	moto==5.2.5 flask==3.1.3 flask-cors==6.0.5 schemathesis==4.32.5 pandas==3.1.1 polars==2.1.0

# --- Names
VERSION := $(shell git describe --always --dirty 2>/dev/null || echo dev)
PYTHON  ?= python3
NEED    := .ci/need
# Packages small enough for the race detector's slower build and run.
RACE    ?= $(addsuffix /...,$(addprefix ./,$(wildcard internal schemas extract sources lake/objects lake/warc jobs/collect api)))
# folders lists the packages whose tests hold a line like $(1).
folders  = $$(grep -rlE --include='*_test.go' '$(1)' . | xargs -r -n1 dirname | sort -u)
FUZZTIME  ?= 30s
BENCHTIME ?= 1s

# What tests use where it is there. Asked of the shell, since make remembers what was not there before the set-up.
export TMI_TEST_BINARY := $(CURDIR)/bin/tmi
TEST_ENV = TMI_TEST_PYTHON=$$(ls $(CURDIR)/.venv/bin/python 2>/dev/null || :) \
	TMI_TEST_REST_CATALOG=$$(ls -d $(CURDIR)/.venv-rest 2>/dev/null || :) \
	TMI_TEST_EXTENSIONS=$$(ls -d $(CURDIR)/.venv/lib/python3*/site-packages/duckdb_extension_httpfs/extensions 2>/dev/null || :)

.PHONY: help setup setup-test build demo run serve test deploy-check release-check drills up-local states-local down-local airflow airflow-setup rest-setup airflow-test race e2e slow cost lint fmt fmt-check golden bench bench-peers load load-attacks fuzz clean
.DEFAULT_GOAL := help

help: ## say what each verb does
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "  make %-14s %s\n", $$1, $$2}'

# --- Set-up. Each step leaves a stamp; a changed pin runs it again.

setup: setup-test bin/golangci-lint.ready bin/staticcheck.ready ## everything that building, testing and linting needs
setup-test: bin/versitygw.ready .venv/ready

# DuckDB is C++: the linker needs libstdc++, which Debian's gcc package alone does not bring.
bin/cc.ready: | bin
	@[ "$$(uname)" = Darwin ] || echo 'int main(void) { return 0; }' | $${CC:-cc} -x c - -o /dev/null -lstdc++ 2>/dev/null || $(NEED) g++ g++
	@touch $@

# tool puts the pinned version of a Go program into bin/, by a link where Go's own folder has it already.
define tool
@name=$(notdir $(firstword $(subst @, ,$(1)))); version=$(lastword $(subst @, ,$(1))); \
for have in bin/$$name "$$(go env GOBIN)/$$name" "$$(go env GOPATH)/bin/$$name" "$$(command -v $$name)"; do \
	go version -m "$$have" 2>/dev/null | grep -q "$$(printf "mod\t.*\t$$version")" && break; have=; \
done; \
if [ -z "$$have" ]; then echo "go install $(1)"; rm -f bin/$$name; GOBIN=$(CURDIR)/bin go install $(1); \
elif [ "$$have" != bin/$$name ]; then ln -sf "$$have" bin/$$name; fi
@touch $@
endef

bin/versitygw.ready: Makefile | bin
	$(call tool,$(VERSITYGW))
bin/golangci-lint.ready: Makefile | bin
	$(call tool,$(GOLANGCI_LINT))
bin/staticcheck.ready: Makefile | bin
	$(call tool,$(STATICCHECK))
bin/helm.ready: Makefile | bin
	$(call tool,$(HELM))
bin/actionlint.ready: Makefile | bin
	$(call tool,$(ACTIONLINT))
# Without npm the check of the pages by axe is skipped, and says so.
bin/axe.ready: Makefile | bin
	@if command -v npm >/dev/null; then \
		npm install --silent --no-audit --no-fund --prefix bin/npm $(AXE) && cp bin/npm/node_modules/axe-core/axe.min.js bin/axe.min.js && rm -r bin/npm && touch $@; \
	else echo "no npm here: the check of the pages by axe will be skipped"; fi
bin:
	@mkdir -p bin

# Without a Python the tests that read our files with foreign readers are skipped, and say so.
.venv/ready: Makefile
	@if $(NEED) --python; then \
		echo "pip install $(PYTHON_PACKAGES)"; \
		$(PYTHON) -m venv .venv && .venv/bin/python -m pip install --quiet --disable-pip-version-check $(PYTHON_PACKAGES) && touch $@; \
	else echo "no Python with venv here: the checks by foreign readers will be skipped"; fi

.venv-deploy/ready: Makefile
	$(NEED) --python
	$(PYTHON) -m venv .venv-deploy
	.venv-deploy/bin/python -m pip install --quiet --disable-pip-version-check $(DEPLOY_PACKAGES)
	@touch $@

airflow-setup: .venv-airflow/ready ## Airflow, as pinned, in .venv-airflow
.venv-airflow/ready: airflow/requirements.txt
	$(NEED) --python
	$(PYTHON) -m venv .venv-airflow
	.venv-airflow/bin/python -m pip install --quiet --disable-pip-version-check -r airflow/requirements.txt
	@touch $@

rest-setup: .venv-rest/ready ## the REST catalog server that a test of the lake runs, in .venv-rest (needs Maven and Java)
.venv-rest/ready: lake/laketest/rest/pom.xml
	mvn -B -q -f $< org.apache.maven.plugins:maven-dependency-plugin:3.7.0:copy-dependencies -DoutputDirectory=$(CURDIR)/.venv-rest
	@touch $@

# --- The product

build: bin/cc.ready ## bin/tmi
	go build -trimpath -buildvcs=false -ldflags '-s -w -X main.version=$(VERSION)' -o bin/tmi ./cmd/tmi

demo: build ## collect from built-in boards, refine, serve the site; Ctrl-C ends it
	@bin/tmi demo $(ARGS)

run: build ## collect and refine from the boards themselves
	@bin/tmi run $(ARGS)

serve: build ## the site over the lake that is there
	@bin/tmi serve $(ARGS)

# --- Its tests

test: build setup-test ## every Go test, and the DAG's where Airflow is set up
	$(TEST_ENV) go test -timeout 30m ./...
ifneq ($(CI)$(wildcard .venv-airflow/ready),)
	$(MAKE) airflow-test
endif

deploy-check: bin/helm.ready bin/actionlint.ready .venv-deploy/ready bin/cc.ready ## what of deploy/ and .github/ can be checked without running it
	$(NEED) promtool prometheus
	PATH="$(CURDIR)/bin:$(CURDIR)/.venv-deploy/bin:$$PATH" TMI_TEST_SLOW=1 go test -count=1 -run '^($(DEPLOY_TESTS))$$' ./cmd/tmi
DEPLOY_TESTS := TestMonitoring|TestCompose|TestLoki|TestUnits|TestTemplate|TestTemplateAlarms|TestWorkflows|TestChart|TestAirflowValues|TestStagedDeploy|TestReleaseCheck

release-check: build bin/helm.ready bin/actionlint.ready ## what a release needs: make release-check RELEASE=v1.2.3; writes bin/release
	@deploy/release/check "$(RELEASE)"

drills: build ## the recovery drills: break a demo lake, mend it, compare
	@deploy/drills/run

up-local: build bin/versitygw.ready ## S3, Postgres, Redis, the API and Prometheus as processes, with a demo; prints their states
	@$(NEED) prometheus prometheus && $(NEED) redis-server redis-server && $(NEED) pg_isready postgresql
	@deploy/local/up

states-local: ## the states of those
	@deploy/local/states

down-local: ## end them
	@deploy/local/down

airflow: build setup-test airflow-setup ## Airflow with the DAGs over a lake of replica boards, in data/airflow; Ctrl-C ends it
	@airflow/standalone

airflow-test: build setup-test airflow-setup ## the DAGs in a real Airflow: three days on the replica boards; DAYS=30 for thirty, TMI_TEST_SLOW=1 for a scheduler too
	$(TEST_ENV) TMI_TEST_DAYS=$(DAYS) timeout --foreground 150m .venv-airflow/bin/python -m pytest -q -p no:cacheprovider airflow/tests

race: build ## the smaller packages under the race detector
	$(TEST_ENV) go test -race -timeout 30m $(RACE)

# Browser tests are files with the build tag e2e.
e2e: build bin/axe.ready ## the site in a real browser
	$(NEED) chromium chromium fonts-noto-cjk
	@files=$$(grep -rl --include='*_test.go' '^//go:build e2e' .); \
	tests=$$(sed -n 's/^func \(Test[A-Za-z0-9_]*\)(.*/\1/p' $$files | paste -sd '|'); \
	export TMI_TEST_AXE=$$(ls $(CURDIR)/bin/axe.min.js 2>/dev/null || :); \
	set -x; go test -tags e2e -timeout 20m -count=1 -run "^($$tests)$$" $$(dirname $$files | sort -u)

slow: build ## the tests that take minutes: a hostile farm, kills, warcio over a crawl, full disks, two gibibytes of memory, all orders of days
	$(TEST_ENV) TMI_TEST_SLOW=1 go test -timeout 30m -count=1 ./sources/crawl ./jobs ./jobs/collect ./api ./cmd/tmi

cost: setup-test ## what a day costs, day by day over a market's year (a quarter of an hour): writes bin/cost.md
	TMI_COST_TABLE=$(CURDIR)/bin/cost.md go test -timeout 2h -count=1 -v -run TestDayCostsTheSame ./jobs

lint: bin/golangci-lint.ready bin/staticcheck.ready bin/cc.ready ## golangci-lint and staticcheck
	go vet ./...
	bin/golangci-lint run ./...
	bin/staticcheck ./...

fmt: ## gofmt everything
	gofmt -s -w $$(git ls-files -co --exclude-standard '*.go')

fmt-check:
	@files=$$(gofmt -s -l $$(git ls-files -co --exclude-standard '*.go')); [ -z "$$files" ] || { echo "not gofmt-ed:"; echo "$$files"; exit 1; }

golden: bin/cc.ready ## write the golden files again; then read the diff
	go test -count=1 $(call folders,flag.Bool."update") -update

bench: build ## every benchmark, with the machine and its load beside
	@echo "machine: $$(uname -srm), $$(nproc) cores, $$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $$(awk '/MemTotal/ {printf "%.0f GiB", $$2/1048576}' /proc/meminfo)"
	@echo "code: $(VERSION), $$(go version)"
	@echo "load before: $$(cut -d' ' -f1-3 /proc/loadavg)"
	go test -run '^$$' -bench . -benchmem -benchtime $(BENCHTIME) -timeout 60m -p 1 $(call folders,^func Benchmark)
	@echo "load after: $$(cut -d' ' -f1-3 /proc/loadavg)"

# The harness with the peers stands beside the checkout; what it installs stays in bin/peers.
PEERS          ?= ../shared/bench
PEERS_POSTINGS ?= 100000
bench-peers: build ## the same questions to TMI and its peers, in one run, and the ratios (a quarter of an hour; ARGS=--only-tmi leaves the peers out)
	@[ -f $(PEERS)/peers.sh ] || { echo "no peers at $(PEERS): name the folder of peers.sh by PEERS="; exit 1; }
	$(NEED) wrk wrk
	@mkdir -p bin/peers && { [ -x bin/peers/venv/bin/python ] || { $(PYTHON) -m venv bin/peers/venv && bin/peers/venv/bin/pip install --quiet --disable-pip-version-check \
		duckdb==1.5.5 pyarrow==26.0.1 pandas==3.1.1 polars==2.1.0 roapi==0.12.7 datasette==0.65.5 zstandard==0.25.0 pymysql==1.1.1 'dlt[duckdb,parquet]==1.31.0'; }; }
	bin/peers/venv/bin/python testdata/bench/peers.py bin/peers $(PEERS) bin/tmi $(PEERS_POSTINGS) $(ARGS)

# DURATION, RATE a second, PUBLISHES and POSTINGS (of the replica boards, over their whole life) may be given.
DURATION  ?= 10m
RATE      ?= 300
PUBLISHES ?= 10
POSTINGS  ?= 5000
LOAD = TMI_LOAD_DURATION=$(DURATION) TMI_LOAD_RATE=$(RATE) TMI_LOAD_PUBLISHES=$(PUBLISHES) TMI_LOAD_POSTINGS=$(POSTINGS)
load: build ## ten minutes at 300 requests a second with ten publishes meanwhile: no fault, no answer of two sets; prints latencies
	$(LOAD) go test -count=1 -v -timeout 2h -run '^TestLoad$$' ./cmd/tmi

load-attacks: build ## latencies alone, and while hostile statements come in through the SQL door: DURATION each (make load-attacks DURATION=3m)
	$(LOAD) TMI_LOAD_ATTACKS=$(CURDIR)/lake/door/testdata/attacks.sql go test -count=1 -v -timeout 2h -run '^TestLoadDuringAttacks$$' ./cmd/tmi

fuzz: bin/cc.ready ## each fuzz test for FUZZTIME
	@grep -ro --include='*_test.go' '^func Fuzz[A-Za-z0-9_]*' . | while IFS=: read -r file name; do \
		go test -run '^$$' -fuzz "^$${name#func }\$$" -fuzztime $(FUZZTIME) "$$(dirname "$$file")" </dev/null || exit 1; done

clean: ## remove what make made; the lakes below data/ stay
	rm -rf bin .venv .venv-airflow .venv-rest .venv-deploy
