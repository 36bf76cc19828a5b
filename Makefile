# make demo    set up, and show the watcher at work on a made-up mailbox
# make test    set up, and run every test
# make check   style, types of the core, and the floors between modules
# make check-long  a minute of fuzzing, and every case where `make test` tries some of many
# make pins    write requirements/release.txt anew: every package of a release, with its hashes
# make bench   how fast, how small, how quiet: beside the limits and beside others (benchmarks/RESULTS.md)
# make train   learn from the corpus anew (watcher/data/model.bin)
# make accuracy  measure on voices left out (docs/accuracy.md)
# make size    how much a fresh install takes on the disk, and whether it works outside this folder
# make clean   remove what the others made
#
# Variables, given as in `make test PYTEST_ARGS="-k draft"`:
#   PYTHON       the Python to set up with (3.11 or newer)             python3
#   VENV         where the virtual environment goes                    .venv
#   PYTEST_ARGS  more arguments for pytest
#   SIZES        of the mailboxes that `make bench` makes                1k 10k 100k
#   APT          auto: install the Debian packages that tests need, when that takes no password; no: never
#   CI           true: a suite left out for want of a package is a failure

PYTHON ?= python3
VENV ?= .venv
PYTEST_ARGS ?=
SIZES ?=
APT ?= auto

MIN_PYTHON := 3.11
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -qq
# Relative names only: the path of this folder may hold blanks.
MADE := $(VENV)/made
INSTALLED := $(VENV)/installed
INSTALLED_DEV := $(VENV)/installed-dev
INSTALLED_TRAIN := $(VENV)/installed-train

.DEFAULT_GOAL := help
.PHONY: help demo test check check-long pins bench train accuracy size clean debian-packages
.DELETE_ON_ERROR:

help:
	@sed -n '/^#/!q; s/^# \{0,1\}//p' Makefile

demo: $(INSTALLED)
	@$(BIN)/watcher demo

test: $(INSTALLED_DEV) debian-packages
	$(BIN)/python -m pytest $(PYTEST_ARGS)

check: $(INSTALLED_DEV)
	$(BIN)/python -m ruff check
	$(BIN)/python -m ruff format --check
	$(BIN)/python -m mypy
	$(BIN)/python -m pytest -q tests/test_floors.py

check-long: $(INSTALLED_DEV) debian-packages
	$(BIN)/python tests/fuzz.py 60
	LONG=true $(BIN)/python -m pytest tests/cli/test_torture.py tests/system/test_crash_anywhere.py $(PYTEST_ARGS)

pins: $(INSTALLED_DEV)
	@$(PIP) install uv
	$(BIN)/uv pip compile --quiet --universal --python-version $(MIN_PYTHON) --generate-hashes --upgrade \
	    --custom-compile-command "make pins" --output-file requirements/release.txt pyproject.toml

bench: $(INSTALLED_DEV) debian-packages
	@SIZES="$(SIZES)" $(BIN)/python benchmarks/bench.py

train accuracy: $(INSTALLED_TRAIN)
	$(BIN)/python -m training.$@

debian-packages:
	@sh tests/install-debian-packages.sh $(APT)

size:
	@PYTHON=$(PYTHON) sh benchmarks/install_size.sh

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A second run finds the stamp and installs nothing; pyproject.toml is what decides about packages.
$(INSTALLED): pyproject.toml | $(MADE)
	@echo "Installing the watcher into $(VENV) (once) ..."
	@$(PIP) install --editable .
	@touch $@

$(INSTALLED_DEV): pyproject.toml | $(MADE)
	@echo "Installing the watcher and what its tests need into $(VENV) (once) ..."
	@$(PIP) install --editable '.[dev]'
	@touch $(INSTALLED) $@

$(INSTALLED_TRAIN): pyproject.toml | $(MADE)
	@echo "Installing the watcher and what training needs into $(VENV) (once) ..."
	@$(PIP) install --editable '.[train]'
	@touch $(INSTALLED) $@

$(MADE):
	@command -v $(PYTHON) >/dev/null || { \
	    echo "There is no $(PYTHON) here. On Debian and Ubuntu: apt install python3 python3-venv" >&2; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < tuple(map(int, "$(MIN_PYTHON)".split("."))))' || { \
	    echo "The watcher needs Python $(MIN_PYTHON) or newer; $(PYTHON) is $$($(PYTHON) --version)." \
	        "Name a newer one: make demo PYTHON=python3.12" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo "Python's venv is missing. On Debian and Ubuntu: apt install python3-venv" >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@
