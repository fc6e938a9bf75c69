# The two commands are `make run` and `make test`; each works on its own, on a machine with Python, git and make.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# many tests wait for processes and clocks, so two workers more than there are cores
WORKERS ?= $(shell $(PYTHON) -c "import os; print((os.cpu_count() or 1) + 2)")
PLANS  ?= cutoff heat-up heat-up-low-voltage heat-up-high-voltage steady-state session-timer

.PHONY: run test slow whole campaign plans lint types contracts bench clean

run: $(VENV)/.run
	$(BIN)/rig run $(PLANS)

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n $(WORKERS) -m "not slow" --dist worksteal -q

slow: $(VENV)/.dev
	$(BIN)/python -m pytest -n $(WORKERS) -m "slow and not campaign" --dist worksteal -q

# test and slow in one go, which is quicker than one after the other
whole: $(VENV)/.dev
	$(BIN)/python -m pytest -n $(WORKERS) -m "not campaign" --dist worksteal -q

campaign: $(VENV)/.dev
	$(BIN)/python -m pytest -n $(WORKERS) -m campaign --dist worksteal -q

plans: $(VENV)/.dev
	$(BIN)/python -m pytest test_plans -n $(WORKERS) -q

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

contracts: $(VENV)/.dev
	$(BIN)/lint-imports

bench: $(VENV)/.dev
	$(BIN)/python -m pytest tests/benchmarks -o python_files="bench_*.py" -p no:xdist -s -q --timeout=600

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; name it with: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@
