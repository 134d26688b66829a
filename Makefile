# Each target sets up all that it needs in .venv, from Python 3.11 or later and nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
AXE := $(VENV)/axe/node_modules/axe-core/axe.min.js

.PHONY: demo test test-browser lint docs check bench clean

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[test]"
	touch $@

$(VENV)/.tools: pyproject.toml $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[test,lint,docs]"
	touch $@

$(VENV)/.browser: pyproject.toml Makefile $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[test,browser]"
	command -v chromium > /dev/null && command -v npm > /dev/null || { apt-get update -qq && apt-get install -y -qq chromium npm; }
	npm install --silent --no-save --prefix $(VENV)/axe axe-core@4.14.1
	touch $@

demo: $(VENV)/.installed  ## classify an example statement, and trace another one's wording
	$(BIN)/rhetoric classify examples/statement.jsonl --format table
	$(BIN)/rhetoric trace examples/traced.jsonl --format table

test: $(VENV)/.installed  ## run the whole test suite; ARGS are passed to pytest
	$(BIN)/python -m pytest -q $(ARGS)

test-browser: $(VENV)/.browser  ## open the pages in Debian's Chromium; ARGS as above
	$(BIN)/python -m pytest -q tests/browser --browser "$$(command -v chromium)" --axe $(AXE) $(ARGS)

lint: $(VENV)/.tools  ## lint, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: $(VENV)/.tools  ## build the documentation strictly
	$(BIN)/mkdocs build --strict --quiet

check: lint docs test

bench: $(VENV)/.installed  ## CORPORA=folder with the corpora
	$(BIN)/python benchmarks/speed.py --corpora $(CORPORA)

clean:
	rm -rf $(VENV) build dist site
