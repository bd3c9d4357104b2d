# One command for each thing; all of them set up what they need. ARGS are passed on: make demo ARGS=--exit
SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
COMPILED := $(VENV)/.compiled
LOCK := $(wildcard requirements.lock)
# The system's own Python comes first: distributions build it with profiles, which spares the workers an eighth of their
# CPU against one that was built plainly from source. For another one: make setup PYTHON=python3.13
PYTHONS := python3.11 python3.12 python3.13 python3
PYTHON ?= $(shell for name in $(addprefix /usr/bin/,$(PYTHONS)) $(PYTHONS); do \
	command -v $$name >/dev/null && $$name -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' \
	2>/dev/null && { echo $$name; break; }; done)
ARGS ?=
# Hundreds of processes are started by the tests; none should compile every module anew.
unexport PYTHONDONTWRITEBYTECODE
# Each of the two has servers of its own; the tests of one file stay together, because they share what is slow to make.
TWO_AT_ONCE := -p xdist.plugin -n 2 --dist loadfile

.PHONY: help setup servers check types style test test-unit test-integration soak demo bench docs lock audit sbom clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 20

setup: $(STAMP) ## virtual environment with pinned packages; again only when they change

$(STAMP): pyproject.toml $(LOCK)
	@if [ -z "$(PYTHON)" ]; then \
		echo "Python 3.11 or newer with venv is missing: install it (Debian: apt install python3 python3-venv)" >&2; \
		exit 1; fi
	@echo "setting up $(VENV) ..."
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV)
	@export PYTHONWARNINGS=ignore; if [ -n "$(LOCK)" ]; then \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(LOCK) && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e . ; \
	else \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]' ; fi
	@touch $@

$(COMPILED): $(STAMP)
	@$(BIN)/python -m deploy compile
	@touch $@

servers: $(COMPILED)
	@$(BIN)/python -m deploy prepare

check: $(STAMP) ## ruff, mypy, import rules, known weaknesses of packages
	@$(MAKE) --no-print-directory --jobs=3 --output-sync=target types style audit

types: $(STAMP)
	$(BIN)/mypy

style: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

test: $(STAMP) ## everything, on real servers
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target servers check
	$(BIN)/python -m pytest $(TWO_AT_ONCE) $(ARGS)

test-unit: $(STAMP) ## rules, parsers, documents; no servers, no network
	$(BIN)/python -m pytest -p xdist.plugin -n logical --maxprocesses 4 tests/unit $(ARGS)

test-integration: $(STAMP) servers ## conformance, integration and end-to-end tests on real servers
	$(BIN)/python -m pytest $(TWO_AT_ONCE) $(wildcard tests/conformance tests/integration tests/e2e) $(ARGS)

soak: $(STAMP) servers ## long forms of the tests that kill, move, upgrade and rebuild; over an hour
	REBALANCE_RUNS=20 SOAK_SIZE=5000 SOAK_TAKEOVER=$${SOAK_TAKEOVER:-200000} \
		$(BIN)/python -m pytest tests/integration/test_rebalance.py \
		$(addprefix tests/e2e/test_,killed_processes.py rebuild.py rolling_upgrade.py workers_join_and_leave.py) \
		$(addprefix tests/e2e/test_,servers_stopped.py secured_way.py takeover.py) $(ARGS)

demo: $(STAMP) servers ## the ledgers of a made-up city from file to search hit; ARGS=--exit leaves at once
	@$(BIN)/petitions demo $(ARGS)

bench: $(STAMP) servers ## rate of the whole pipeline against bare bulk loading, as JSON; ARGS="--size N"
	@$(BIN)/petitions bench $(ARGS)

docs: $(STAMP) ## write the pages that are made from the code anew
	@$(BIN)/petitions docs $(ARGS)

lock: $(STAMP) ## pin every package with its checksums in requirements.lock, and those of the image in deploy/requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip compile --quiet --universal --extra dev --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --output-file requirements.lock $(ARGS) pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url \
		--constraints requirements.lock --output-file deploy/requirements.lock $(ARGS) pyproject.toml

audit: $(STAMP) ## known weaknesses of the pinned packages; says so where the service cannot be reached
	@$(BIN)/python -m deploy audit

sbom: $(STAMP) ## bill of materials of the image's packages as CycloneDX, in build/sbom.json
	@mkdir -p build
	$(BIN)/cyclonedx-py requirements deploy/requirements.lock --pyproject pyproject.toml --output-reproducible -o build/sbom.json

clean: ## remove the environment and caches of the checkout; data and downloads stay
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist *.egg-info
