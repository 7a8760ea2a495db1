# `make run` starts both apps, `make test` checks everything. Each does its own set-up.
PYTHON ?= python3
PORT ?= 7860
STREAMLIT_PORT ?= 8501
BIN := .venv/bin
WORKERS = $(shell $(BIN)/python -c 'import os; print(os.cpu_count() * 3 // 2)')
# One test runs on these beside the version that requirements.txt names.
OLDER_WEBSOCKETS := 1.7.0 1.8.0

.PHONY: setup run test test-db check unit coverage browser bench bench-study bench-usage torture soak calibrate docs providers lock audit
.DEFAULT_GOAL := run

setup: .venv/run.stamp

.venv/run.stamp: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Tunedesk needs Python 3.11 or newer; say make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	@touch $@

.venv/dev.stamp: .venv/run.stamp requirements-dev.lock
	$(BIN)/pip install --quiet --require-hashes -r requirements.lock -r requirements-dev.lock
	@for version in $(OLDER_WEBSOCKETS); do $(BIN)/pip install --quiet --upgrade --no-deps \
	  --target .venv/websocket-client/$$version websocket-client==$$version || exit 1; done
	@touch $@

run: setup
	@$(BIN)/python desk.py run --port $(PORT) --streamlit-port $(STREAMLIT_PORT)

test: check unit

check: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy

# Each file stays with one process: its tests share servers and a browser. Many wait for what they
# started, so there are three processes for two cores; what measures moments comes after them, alone.
unit: .venv/dev.stamp browser
	$(BIN)/pytest -m "not alone" -n $(WORKERS) --dist loadfile --no-loadscope-reorder --durations=40 --durations-min=4
	$(BIN)/pytest -m alone --durations=10 --durations-min=4

# The same, and which lines no test reaches; counting them takes its time.
coverage: .venv/dev.stamp browser
	$(BIN)/pytest -n logical --dist loadfile --cov --cov-report=term:skip-covered

# The store's tests over PostgreSQL and MariaDB, which Debian's packages bring where they are missing;
# `make test` runs them, too, where they are there.
test-db: .venv/dev.stamp
	@tests/databases/ensure-databases
	$(BIN)/pytest -n logical --dist loadfile tests/usage tests/experiments -k "postgresql or mariadb"

# The browser tests drive a real Chromium; Debian's is installed when no browser is found.
browser:
	@tests/browser/ensure-chromium

bench: .venv/dev.stamp browser
	$(BIN)/python -m bench

# The part of it that needs no browser: how fast a study makes its calls.
bench-study: .venv/dev.stamp
	$(BIN)/python -m bench.study

# Three hundred kills at random moments: nothing lost, nothing asked twice, about half an hour.
torture: .venv/dev.stamp
	$(BIN)/python -m bench.torture

# Both apps and studies for a quarter of an hour while providers fail: nothing piles up. SOAK="--minutes 3".
soak: .venv/dev.stamp
	$(BIN)/python -m bench.soak $(SOAK)

# How well limits are used, in virtual time (some 15 minutes), and in one run of two minutes.
bench-pacing: .venv/dev.stamp
	$(BIN)/python -m bench.pacing
	$(BIN)/python -m bench.pacing --seeds 16 --late

bench-pacing-real: .venv/dev.stamp
	$(BIN)/python -m bench.pacing_real
	$(BIN)/python -m bench.pacing_peers

# How the usage page does as the log grows; USAGE=--long for ten million calls.
bench-usage: .venv/dev.stamp browser
	$(BIN)/python -m bench.usage $(USAGE)

# Whether verdicts keep their promises, on simulated providers whose truth is known.
calibrate: setup
	$(BIN)/python -m experiments.statistics.calibrate

# Which tests verify what of each provider.
providers: .venv/dev.stamp
	@$(BIN)/python -m tests.providers

# The pages that are made from the providers' tables.
docs: setup
	$(BIN)/python -m commands.errors_page
	$(BIN)/python -m commands.providers_page

# The hashes of every file of what requirements*.txt and constraints.txt pin, for all platforms.
lock:
	@$(PYTHON) -m venv .venv/lock && .venv/lock/bin/pip install --quiet uv packaging
	@.venv/lock/bin/python tests/lock.py

# Known holes in what is locked. Needs the network, for the list of holes is kept elsewhere; a package
# that the list does not know fails it, or an index without the list would pass everything.
audit: .venv/dev.stamp
	@said=$$($(BIN)/pip-audit --strict --disable-pip --require-hashes --progress-spinner off \
	  -r requirements.lock -r requirements-dev.lock 2>&1) && { echo "$$said"; exit 0; }; \
	echo "$$said" | grep -q '^Found' && { echo "$$said"; exit 1; }; \
	echo "$$said" | tail -1 >&2; \
	echo "make audit: nothing is known of holes, for the list of them could not be asked." >&2; exit 2
