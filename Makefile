# Each target sets up all that it needs in .venv, from Python 3.11 or later and nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
AXE := $(VENV)/axe/node_modules/axe-core/axe.min.js

LOWEST := .venv-lowest
RELEASE := .venv-release

.PHONY: demo test test-lowest test-browser lint docs check bench dist sbom clean

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

# wheels alone: old versions need not build here
$(LOWEST)/.installed: pyproject.toml tools/lowest.py
	$(PYTHON) -m venv $(LOWEST)
	$(PYTHON) tools/lowest.py test > $(LOWEST)/lowest.txt
	$(LOWEST)/bin/python -m pip install --quiet --disable-pip-version-check --only-binary :all: \
		--constraint $(LOWEST)/lowest.txt --editable ".[test]"
	touch $@

test-lowest: $(LOWEST)/.installed  ## run the quicker tests with the lowest versions that pyproject.toml allows
	$(LOWEST)/bin/python -m pytest -q -p no:cacheprovider tests/test_tokens.py tests/test_any_text.py \
		tests/test_classify.py tests/test_files.py tests/test_write.py tests/test_model_file.py rhetoric/archive.py

$(RELEASE)/.installed:
	$(PYTHON) -m venv $(RELEASE)
	$(RELEASE)/bin/python -m pip install --quiet --disable-pip-version-check \
		"build>=1.2" "check-wheel-contents>=0.6" "cyclonedx-bom>=5" "twine>=6"
	touch $@

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

dist: $(RELEASE)/.installed  ## build wheel and source archive, checked
	rm -rf dist
	$(RELEASE)/bin/python -m build --outdir dist . > /dev/null
	$(RELEASE)/bin/twine check --strict dist/*
	$(RELEASE)/bin/check-wheel-contents dist/*.whl

sbom: dist  ## list what an installed rhetoric consists of, as CycloneDX
	$(PYTHON) -m venv --clear --without-pip build/sbom
	$(RELEASE)/bin/python -m pip --python build/sbom/bin/python install --quiet --disable-pip-version-check dist/*.whl
	$(RELEASE)/bin/cyclonedx-py environment --pyproject pyproject.toml --mc-type library --output-reproducible \
		--output-file dist/rhetoric.cdx.json build/sbom/bin/python

clean:
	rm -rf $(VENV) $(LOWEST) $(RELEASE) build dist site
