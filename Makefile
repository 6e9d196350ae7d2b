# Every command a person needs. `make` alone lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOME_DIR ?= .dosije

# Every release, direct and indirect, with its hashes: requirements/lock.py. Builds use the locked tools, too.
LOCK_TO_RUN := requirements/build.txt requirements/runtime.txt
# Not --quiet: it takes a while, and whoever waits sees which package is at hand. The lock is whole, so nothing is resolved;
# bytecode is made at the end, on all cores, and not of tests.
PIP := $(BIN)/python -m pip install --disable-pip-version-check --progress-bar off --no-deps --no-compile
BUILDING := $(PIP) --no-build-isolation --use-pep517
# A package may hold files that are no Python of this release; they are nothing to us.
COMPILE := $(BIN)/python -m compileall -qq -j 0 -x "/(tests|testing|pip|setuptools)/" $(VENV)/lib || true
LOCK_TO_TEST := $(addprefix -r requirements/,runtime.txt servers.txt dev.txt)
# Papers that wait or were read. One that was started and has neither (a port was taken, it was stopped at once) is new still.
HAS_PAPERS = $(wildcard $(addprefix $(HOME_DIR)/,inbox/* originals/*))
# Tests wait for servers, browsers and processes that they kill; one worker more than cores keeps the cores busy.
TEST_WORKERS ?= $(shell echo $$(( $$(nproc) + 1 )))

.PHONY: help run test check lint types imports docs wheel lock measure pages sbom translations clean dosije

help:  ## List the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

run: $(VENV)/run dosije  ## Open the reading room; a new archive takes in the specimen documents meanwhile (PORT=, HOME_DIR=)
	@PYTHON=$(BIN)/python requirements/system.sh run
	@mkdir -p $(HOME_DIR) && { [ -e $(HOME_DIR)/watchlist.toml ] || cp documents/watchlist.toml $(HOME_DIR)/; }
	@echo
	@echo "Try first: kamere bečej   or   камере Кладово   or the findings. In another terminal:"
	@echo "  ./dosije search \"kamere bečej\"        ./dosije add FOLDER        ./dosije --help"
	@DOSIJE_HOME="$(abspath $(HOME_DIR))" ./dosije serve $(if $(PORT),--port $(PORT)) $(if $(HAS_PAPERS),,--add documents/specimens)

test: $(VENV)/dev  ## Run the tests, with an OpenSearch and a PostgreSQL of their own
	@PYTHON=$(BIN)/python requirements/system.sh test
	$(BIN)/python -m tests.servers $(BIN)/pytest -n $(TEST_WORKERS) --dist loadfile --no-loadscope-reorder

# mypy and the wheel take a minute each, of one core, the site half of one. What they need is installed before.
check: lint $(VENV)/docs  ## Everything a change must pass; CI runs the same
	$(MAKE) --jobs=2 --output-sync types wheel docs imports
	$(MAKE) test

lint: $(VENV)/dev  ## Style and common mistakes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/dev  ## mypy, strict
	$(BIN)/mypy

imports: $(VENV)/dev  ## Who may import whom
	$(BIN)/lint-imports

wheel: $(VENV)/dev  ## Build wheel and sdist, compare them with the tree, try what is installed from the wheel
	@PYTHON=$(BIN)/python requirements/system.sh test
	$(BIN)/pytest -n 0 tests/check_distribution.py

lock: $(VENV)/dev  ## Lock the newest releases that setup.cfg admits (requirements/), and run the gate with them
	$(BIN)/python -m requirements.lock
	$(MAKE) check

measure: $(VENV)/dev  ## Run every benchmark, hours of a quiet machine: make measure CORPUS=FOLDER [ONLY="house search"]
	@test -n "$(CORPUS)" || { echo "Name the folder of the corpus: make measure CORPUS=FOLDER"; exit 2; }
	$(BIN)/python -m tests.servers $(BIN)/python -m benchmarks.measure "$(CORPUS)" $(if $(ONLY),--only $(ONLY))

pages: $(VENV)/dev  ## Write the generated pages of docs/ anew: settings, command line, licences
	$(BIN)/python -m docs.generate

docs: $(VENV)/docs  ## Build the site of the documentation in build/docs; a broken link ends it
	$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going -b html -c docs . build/docs
	@echo "Open build/docs/index.html; it needs no server and no network."

sbom: $(VENV)/dev  ## Write the bill of materials (CycloneDX): build/dosije-VERSION.cdx.json
	$(BIN)/python -m requirements.sbom

translations: $(VENV)/dev  ## Bring the catalogs of the reading room up to date, and name what is not translated
	$(BIN)/python -m docs.translations

clean:  ## Remove the virtual environment and the archive that `make run` made
	rm -rf $(VENV) $(HOME_DIR) build dosije

# Calls the program on the archive of `make run`, from wherever it is called.
dosije:
	@printf '%s\n' '#!/bin/sh' 'here=$$(dirname "$$(readlink -f "$$0")")' \
	  'export DOSIJE_HOME="$${DOSIJE_HOME:-$(abspath $(HOME_DIR))}"' 'exec "$$here/$(BIN)/dosije" "$$@"' > $@ && chmod +x $@

$(BIN)/python:
	@PYTHON=$(PYTHON) requirements/system.sh run
	$(PYTHON) -m venv $(VENV)

$(VENV)/run: $(BIN)/python setup.cfg pyproject.toml $(LOCK_TO_RUN)
	$(PIP) --require-hashes -r requirements/build.txt
	$(BUILDING) --require-hashes -r requirements/runtime.txt
	$(BUILDING) --editable .
	@$(COMPILE)
	@touch $@

$(VENV)/dev: $(VENV)/run requirements/servers.txt requirements/dev.txt
	$(BUILDING) --require-hashes $(LOCK_TO_TEST)
	@$(COMPILE)
	@touch $@

$(VENV)/docs: $(VENV)/dev requirements/docs.txt
	$(BUILDING) --require-hashes $(LOCK_TO_TEST) -r requirements/docs.txt
	@touch $@
