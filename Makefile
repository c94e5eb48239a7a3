# Two commands do everything on a fresh machine: `make up` and `make test`.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
# Every path is relative: the folder of a checkout may have blanks, quotes and parentheses in its name.
# A uv that is already there serves; otherwise pip brings the pinned one into .tools.
OWN_UV := $(if $(shell command -v uv 2>/dev/null),,.tools/bin/uv)
UV := $(or $(OWN_UV),uv)
UV_SYNC = $(UV) pip sync --quiet --require-hashes --python
UV_INSTALL = $(UV) pip install --quiet --no-deps --no-build-isolation --python
# Of simulate and perf-test.
FILES ?= 100
ROWS ?= 50
WORKERS ?= 10
REPORT := ops/lab/report
# Of bundle: platforms, or all; a commit other than the current one, never that of a variable that happens to be set.
PLATFORMS ?= linux-x86_64
PYTHONS ?= 3.11 3.12 3.13
COMMIT :=
# Not the script: its first line holds the path of this folder, which a system may not take.
LAB := .venv/bin/python -m ops.lab
export UV_PYTHON_DOWNLOADS := never
export UV_NO_PROGRESS := 1
# Of the caller's other projects: code that Python and Node would load, and another environment.
unexport PYTHONPATH PYTHONHOME PYTHONSTARTUP NODE_OPTIONS NODE_PATH VIRTUAL_ENV CONDA_PREFIX
# A registry on this machine is called directly, whatever proxy leads out of it.
comma := ,
ifneq (,$(strip $(http_proxy)$(HTTP_PROXY)$(https_proxy)$(HTTPS_PROXY)$(all_proxy)$(ALL_PROXY)))
ifeq (,$(filter *,$(no_proxy) $(NO_PROXY))$(and $(findstring 127.0.0.1,$(no_proxy)),$(findstring 127.0.0.1,$(NO_PROXY))))
DIRECTLY := $(if $(no_proxy),$(no_proxy)$(comma))$(if $(NO_PROXY),$(NO_PROXY)$(comma))127.0.0.1,localhost,::1
export no_proxy := $(DIRECTLY)
export NO_PROXY := $(DIRECTLY)
endif
endif
# Some images forbid Python to keep what it compiled. Then each start of a program compiles all it imports.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## Show the targets
	@grep -hE '^[a-z-]+:.*## ' Makefile | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

.PHONY: up
up: setup ## Bring LocalStack up, deploy the app to it and send one event through it
	@$(LAB) up

.PHONY: docker-up
docker-up: ## The same in containers, for machines with Docker
	@docker compose ps --quiet emulator 2>/dev/null | grep --quiet . || for taken in LAB_PORT=$${LAB_PORT:-4566} LAB_CONSOLE_PORT=$${LAB_CONSOLE_PORT:-8080}; do port=$${taken#*=}; ! (exec 3<>/dev/tcp/127.0.0.1/$$port) 2>/dev/null || { echo "Port $$port is in use, by \`make up\` or another program. Stop that (make down), or take another port: $${taken%=*}=$$((port + 1)) make docker-up" >&2; exit 1; }; done
	@docker compose up --build

.PHONY: down
down: ## Stop LocalStack and everything that it started
	@if [ -x .venv/bin/lab ]; then $(LAB) down; else echo "nothing is installed, so nothing runs"; fi

.PHONY: test
test: setup ## Run every check and every test
	@.venv/bin/python -m ops.checks

.PHONY: quick
quick: setup ## Run every check and test that needs no emulator
	@.venv/bin/python -m ops.checks --quick

.PHONY: hooks
hooks: setup ## Check each commit before it is made (pre-commit)
	@.venv/bin/python -m pre_commit install

.PHONY: docs
docs: setup ## Write the settings into docs/deploy.md
	@.venv/bin/python -m infra.settings --write docs/deploy.md

.PHONY: simulate
simulate: ## Upload files to the files pipeline and account for each row: FILES=100 ROWS=50 WORKERS=10
	@$(LAB) files simulate --files $(FILES) --rows $(ROWS) --workers $(WORKERS) --wait

.PHONY: monitor
monitor: ## Watch the files pipeline
	@$(LAB) files monitor

.PHONY: perf-test
perf-test: ## Measure the files pipeline and write a report: FILES=100 ROWS=50 WORKERS=10
	@$(LAB) files perf --files $(FILES) --rows $(ROWS) --workers $(WORKERS)

.PHONY: bundle
bundle: setup ## Write one file for rooms without internet: PLATFORMS=linux-x86_64 (or all) PYTHONS="3.11 3.12 3.13"
	@.venv/bin/python -m ops.kit --python "$(PYTHON)" --platforms "$(PLATFORMS)" --pythons "$(PYTHONS)" $(if $(COMMIT),--commit "$(COMMIT)")

.PHONY: setup
setup: ## Only install
	@$(MAKE) --no-print-directory --jobs=4 installed

# Of setup, which installs the four at once: alone, each leaves a core idle while it unpacks or waits for a registry.
.PHONY: installed
installed: .venv/.installed ops/emulator/.venv/.installed infra/node_modules/.installed $(REPORT)/node_modules/.installed
	@:

.PHONY: lock
lock: $(OWN_UV) ## Compile the lock files anew
	$(UV) pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 infra/requirements.in --output-file infra/requirements.txt
	$(UV) pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 ops/lab/requirements.in --output-file ops/lab/requirements.txt
	$(UV) pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 requirements.in --output-file requirements.txt
	$(UV) pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url ops/uv.in --output-file ops/uv.txt
	@# LocalStack 4.13.1 breaks with later releases of cbor2 and pyOpenSSL: its lock stays in its own time.
	$(UV) pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 --exclude-newer 2026-02-20 ops/emulator/requirements.in --output-file ops/emulator/requirements.txt

.venv/.installed: requirements.txt pyproject.toml | $(OWN_UV) tools
	@echo "installing the lab (.venv)"
	@$(UV) venv --quiet --allow-existing --python "$(PYTHON)" .venv
	@$(UV_SYNC) .venv requirements.txt
	@$(UV_INSTALL) .venv --editable .
	@touch $@

ops/emulator/.venv/.installed: ops/emulator/requirements.txt ops/emulator/pyproject.toml | $(OWN_UV) tools
	@echo "installing the emulator (ops/emulator/.venv)"
	@$(UV) venv --quiet --allow-existing --python "$(PYTHON)" ops/emulator/.venv
	@$(UV_SYNC) ops/emulator/.venv ops/emulator/requirements.txt
	@$(UV_INSTALL) ops/emulator/.venv --editable ops/emulator
	@touch $@

infra/node_modules/.installed: infra/package.json infra/package-lock.json | tools
	@echo "installing the CDK command line (infra/node_modules)"
	@cd infra && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(REPORT)/node_modules/.installed: $(REPORT)/package.json $(REPORT)/package-lock.json | tools
	@echo "installing what reports and the console load ($(REPORT)/node_modules)"
	@cd $(REPORT) && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

.PHONY: tools
tools:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null || { echo "Node 20 or later is needed: https://nodejs.org" >&2; exit 1; }

.tools/bin/uv: ops/uv.txt | tools
	@echo "installing uv (.tools)"
	@"$(PYTHON)" -m pip install --quiet --disable-pip-version-check --root-user-action ignore --require-hashes --upgrade --target .tools --requirement ops/uv.txt
	@touch $@
