.PHONY: demo test lint

PYTHON ?= python3
BIN = .venv/bin
SOURCES = sklearn_gan tests benchmarks examples

demo: .venv/installed
	$(BIN)/python -m benchmarks.demo

test: .venv/installed
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/python -m pytest -n 2

lint: .venv/installed
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

.venv/installed: pyproject.toml constraints.txt
	test -d .venv || $(PYTHON) -m venv .venv
	PIP_CONSTRAINT=constraints.txt $(BIN)/pip install -q -c constraints.txt -e ".[test]"
	touch $@
