# `make` alone, or `make help`, lists everything.

PYTHON ?= python3
VENV   ?= .venv
JOBS   ?= 2
ARGS   ?=

BIN  := $(VENV)/bin
DEMO := build/demo
PACKS := lambda dynamodb memorydb idempotency rate-limits cloudfront route53 api-gateway synthetics monitoring
PIP  := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test soak bench lint types format docs-check wheel clean dev check-python check-tools

help: ## List what can be done here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/demo.stamp ## Report last month of a local CloudWatch, no AWS account needed
	@rm -rf $(DEMO)
	@$(BIN)/slactl sandbox --write-config $(DEMO) $(addprefix --pack ,$(PACKS)) --exec \
		$(BIN)/slactl report --config $(DEMO)/slactl.yaml --output $(DEMO) $(ARGS)
	@echo
	@echo "The report of last month, to open in a browser:"
	@ls $(CURDIR)/$(DEMO)/*.html
	@echo "Its configuration, to look into: $(DEMO)/slactl.yaml"

test: dev check-tools ## Run the tests on two cores, in less than 8 minutes (one file: ARGS=tests/test_floors.py)
	$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup $(ARGS)

soak: dev check-tools ## Run the tests that take longer
	$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup -m soak $(ARGS)

bench: dev ## Measure reads, time, memory and start-up, one after the other
	$(BIN)/python -m pytest -m bench -s $(ARGS)

lint: dev ## Check style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: dev ## Check types, tests included
	$(BIN)/mypy

format: dev ## Put the code into the house's format
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

docs-check: dev ## Check that README, changelog and help tell the truth
	$(BIN)/python -m pytest tests/test_docs.py $(ARGS)

wheel: dev ## Build the wheel into dist/
	$(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist .
	@ls dist/*.whl

clean: ## Remove what was built, the environment too
	rm -rf build dist $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis

dev: $(VENV)/dev.stamp

# Two sets in one environment: what the demo needs, and what developers need on top.
# Both are installed at the versions pinned in requirements-dev.txt.

$(VENV)/demo.stamp: pyproject.toml requirements-dev.txt | $(BIN)/python
	@echo "Installing slactl into $(VENV) (once) ..."
	@$(PIP) install --constraint requirements-dev.txt --editable '.[sandbox]'
	@touch $@

$(VENV)/dev.stamp: pyproject.toml requirements-dev.txt | $(BIN)/python
	@echo "Installing slactl and the development tools into $(VENV) (once) ..."
	@$(PIP) install --requirement requirements-dev.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/demo.stamp

$(BIN)/python:
	@$(MAKE) --no-print-directory check-python
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

check-python:
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is not there; slactl needs Python 3.11 or newer" \
		"(Debian: apt-get install python3 python3-venv), or name one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is" \
		"$$($(PYTHON) -V); slactl needs 3.11 or newer. Name another: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "$(PYTHON) has no venv" \
		"(Debian: apt-get install python3-venv)" >&2; exit 1; }

check-tools:
	@command -v chromium >/dev/null || { echo "chromium is not there; the tests open reports in it" \
		"(Debian: apt-get install chromium)" >&2; exit 1; }
	@command -v nagios4 >/dev/null || { echo "nagios4 is not there; the tests let it run slactl as a plugin" \
		"(Debian: .ci/run takes it out of the package nagios4-core)" >&2; exit 1; }
	@perl -MMonitoring::Plugin -e 1 2>/dev/null || { echo "Monitoring::Plugin is not there; the tests read performance" \
		"data with it (Debian: apt-get install libmonitoring-plugin-perl)" >&2; exit 1; }
	@command -v openssl >/dev/null || { echo "openssl is not there; the tests check signatures with it" \
		"(Debian: apt-get install openssl)" >&2; exit 1; }
	@command -v systemd-analyze >/dev/null || { echo "systemd-analyze is not there; the tests verify the units with it" \
		"(Debian: apt-get install systemd)" >&2; exit 1; }
