# The two commands are `make trace` and `make test`; each sets up what it needs in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
INITIATIVE := INTEGRATE-PYTORCH-001
# Tests run in as many processes as there are cores, four at most; `make test WORKERS=` runs them in one.
WORKERS ?= -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help setup docs trace sample test test-pythons lint format screenshot bench bench-static bench-trace bench-suites clean test-lowest site recording fuzz sweep sbom

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

setup: $(VENV)/.ready ## Build .venv with the tool, the demo's TensorFlow and torch, and the test tools

$(VENV)/.ready: pyproject.toml constraints/demo.txt constraints/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is not Python 3.11 or newer: make PYTHON=python3.12 …"; exit 1; }
	@echo "Building $(VENV) with the tool, the demo's TensorFlow and torch, and the test tools: minutes and 3 to 7 GB (torch with CUDA), once."
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --quiet -c constraints/demo.txt -c constraints/dev.txt -e '.[demo,dev]'
	@touch $@

trace: $(VENV)/.ready ## Run the main job on the shipped subject; the package lands in reports/
	$(BIN)/callchain demo

sample: $(VENV)/.ready ## Make the committed sample package anew
	rm -rf reports/$(INITIATIVE)/sample
	$(BIN)/callchain demo --run-id sample
	rm -rf reports/$(INITIATIVE)/sample/trace/recording
	sed -i 's#$(CURDIR)#<checkout>#g' reports/$(INITIATIVE)/sample/env/trace_env.json

test: lint ## Lint, then run all tests
	$(BIN)/python -m pytest $(WORKERS)

test-pythons: ## Run the tests that need no TensorFlow on the other interpreters found (3.12, 3.13)
	bash tests/other_pythons.sh

test-lowest: ## Run the tests that need no TensorFlow with the oldest dependencies that are declared
	bash tests/lowest.sh

lint: $(VENV)/.ready ## ruff, mypy --strict and the import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(VENV)/.ready ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(VENV)/.ready ## Make docs/cli.md from the command line itself
	$(BIN)/python -m typer callchain.cli.app utils docs --name callchain --title "Command line" --output docs/cli.md

screenshot: $(VENV)/.ready ## Make docs/img/page.png, the picture of the page (needs a Chromium)
	PYTHONPATH=. $(BIN)/python docs/screenshot.py

recording: $(VENV)/.ready ## Make the picture of a terminal in the documents anew
	$(BIN)/python -m release.record_terminal docs/img/terminal.svg

site: ## Build the documentation as a site in build/site
	test -x .venv-docs/bin/mkdocs || { $(PYTHON) -m venv .venv-docs && .venv-docs/bin/python -m pip install --quiet --disable-pip-version-check 'mkdocs-material>=9.5'; }
	.venv-docs/bin/mkdocs build --quiet

fuzz: $(VENV)/.ready ## Feed every reader made-up input for long; MINUTES=24
	$(BIN)/python tests/fuzz/rounds.py $(or $(MINUTES),24)

sweep: $(VENV)/.ready ## Read popular packages of the registry and write a table; ARGS="--out file"
	$(BIN)/python -m bench.sweep.run $(ARGS)

sbom: $(VENV)/.ready ## Write the bill of materials of what is installed to build/sbom.json
	mkdir -p build && $(BIN)/python -m release.sbom > build/sbom.json

bench: $(VENV)/.ready .venv-peers/.ready .venv-trace-peers/.ready ## Measure reading, questions, accuracy and tracing beside the peers: one table; ARGS="--check --json file …"
	$(BIN)/python -m bench.run $(ARGS)

bench-static: $(VENV)/.ready .venv-peers/.ready ## The same for reading, beside the peers; TREES="name=folder …", ARGS="--json file …"
	$(BIN)/python -m bench.static.run $(TREES) $(ARGS)

bench-trace: $(VENV)/.ready .venv-trace-peers/.ready ## The same for tracing, beside settrace, hunter, viztracer and kolo; ARGS="--json file …"
	$(BIN)/python -m bench.trace.run --peers .venv-trace-peers/bin/python $(ARGS)

bench-suites: $(VENV)/.ready ## Score the call graph on a published suite; SUITE=folder, ARGS="--truth folder --out folder …"
	$(BIN)/python -m bench.suites.run "$(SUITE)" $(ARGS)

.venv-peers/.ready: bench/peers.txt
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip --disable-pip-version-check install --quiet -r bench/peers.txt
	@touch $@

.venv-trace-peers/.ready: bench/trace_peers.txt
	$(PYTHON) -m venv .venv-trace-peers
	.venv-trace-peers/bin/python -m pip --disable-pip-version-check install --quiet -r bench/trace_peers.txt
	@touch $@

clean: ## Remove what was built; reports stay
	rm -rf $(VENV) .venv-peers .venv-trace-peers .venv-docs .venv-lowest build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
