# Every command a person needs. `make` alone lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOME_DIR ?= .dosije

OCR_PACKAGES := tesseract-ocr-srp tesseract-ocr-srp-latn tesseract-ocr-eng tesseract-ocr-osd
OCR_HERE := ls /usr/share/tesseract-ocr/*/tessdata/srp_latn.traineddata /usr/share/tesseract-ocr/*/tessdata/osd.traineddata
# libatomic1: what Playwright's own Node.js wants beside the browser's libraries
BROWSER_PACKAGES := chromium libatomic1
BROWSER_HERE := (test -x /usr/bin/chromium && ls /usr/lib/*/libatomic.so.1)
ARCHIVES_HERE := ls /usr/lib/*/libarchive.so.13
# Every release, direct and indirect, with its hashes: requirements/lock.py. Builds use the locked tools, too.
LOCK_TO_RUN := requirements/build.txt requirements/runtime.txt
PIP := $(BIN)/python -m pip install --quiet
BUILDING := $(PIP) --no-build-isolation --use-pep517
# Tests wait for servers, browsers and processes that they kill; one worker more than cores keeps the cores busy.
TEST_WORKERS ?= $(shell echo $$(( $$(nproc) + 1 )))
SERVER_PACKAGES := postgresql default-jre-headless maven
SERVERS_HERE := (ls /usr/lib/postgresql/*/bin/postgres && java -version && mvn --version)

# $(call need,CHECK,PACKAGES,WHAT): if CHECK fails, install PACKAGES, or say how where we lack the rights.
define need
	@$(1) >/dev/null 2>&1 || { \
	echo "$(3) comes from the system's packages ($(2)); installing."; \
	if [ "$$(id -u)" = 0 ]; then apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $(2); \
	elif sudo -n true 2>/dev/null; then sudo apt-get update -q && sudo DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $(2); \
	else echo "No rights to install. Run this line, then make again:"; echo "  sudo apt-get install -y $(2)"; exit 1; fi; }
endef

.PHONY: help run test system check lint types imports wheel lock bench docs translations clean

help:  ## List the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

run: $(VENV)/run  ## Take in the specimen documents and open the reading room
	$(call need,$(OCR_HERE),$(OCR_PACKAGES),OCR language data)
	mkdir -p $(HOME_DIR) && cp --no-clobber documents/watchlist.toml $(HOME_DIR)/
	$(BIN)/dosije --home $(HOME_DIR) add documents/specimens || [ $$? = 3 ]  # 3: some failed, and were named
	$(BIN)/dosije --home $(HOME_DIR) serve

test: $(VENV)/dev system  ## Run the tests, with an OpenSearch and a PostgreSQL of their own
	$(BIN)/python -m tests.servers $(BIN)/pytest -n $(TEST_WORKERS) --dist worksteal

system:  ## Install what the tests need of the system's packages
	$(call need,$(OCR_HERE),$(OCR_PACKAGES),OCR language data)
	$(call need,$(BROWSER_HERE),$(BROWSER_PACKAGES),The browser the page tests drive)
	$(call need,$(ARCHIVES_HERE),libarchive13,What reads RAR archives)
	$(call need,$(SERVERS_HERE),$(SERVER_PACKAGES),What the tests need of servers)

check: lint types imports wheel test  ## Everything a change must pass; CI runs the same

lint: $(VENV)/dev  ## Style and common mistakes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/dev  ## mypy, strict
	$(BIN)/mypy

imports: $(VENV)/dev  ## Who may import whom
	$(BIN)/lint-imports

wheel: $(VENV)/dev system  ## Build wheel and sdist, compare them with the tree, try what is installed from the wheel
	$(BIN)/pytest -n 0 tests/check_distribution.py

lock: $(VENV)/dev  ## Lock the newest releases that setup.cfg admits (requirements/), and run the gate with them
	$(BIN)/python -m requirements.lock
	$(MAKE) check

bench: $(VENV)/dev  ## Measure on a folder of documents: make bench CORPUS=... (each program: benchmarks/README.md)
	@test -n "$(CORPUS)" || { echo "Name a folder of documents: make bench CORPUS=FOLDER"; exit 2; }
	$(BIN)/python -m benchmarks.add_speed "$(CORPUS)"
	$(BIN)/python -m benchmarks.ocr_quality "$(CORPUS)"

docs: $(VENV)/dev  ## Write the generated pages of docs/ anew
	$(BIN)/python docs/generate.py

translations: $(VENV)/dev  ## Bring the catalogs of the reading room up to date, and name what is not translated
	$(BIN)/python -m docs.translations

clean:  ## Remove the virtual environment and the archive that `make run` made
	rm -rf $(VENV) $(HOME_DIR)

$(BIN)/python:
	$(call need,$(PYTHON) -c 'import ensurepip',python3-venv,Python's virtual environment)
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/run: $(BIN)/python setup.cfg pyproject.toml $(LOCK_TO_RUN)
	$(PIP) --require-hashes -r requirements/build.txt
	$(BUILDING) --require-hashes -r requirements/runtime.txt
	$(BUILDING) --no-deps --editable .
	@touch $@

$(VENV)/dev: $(VENV)/run requirements/dev.txt
	$(BUILDING) --require-hashes -r requirements/runtime.txt -r requirements/dev.txt
	@touch $@
