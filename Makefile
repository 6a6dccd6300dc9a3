.PHONY: demo test lint stress

PYTHON ?= python3
BIN = .venv/bin
SOURCES = sklearn_gan tests benchmarks examples stress

demo: .venv/test
	$(BIN)/python -m benchmarks.demo

test: .venv/test
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 2

stress: .venv/stress
	$(BIN)/python -m stress $(STEPS)

lint: .venv/test
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

# an environment with the extra of this name
.venv/%: pyproject.toml constraints.txt
	test -d .venv || $(PYTHON) -m venv .venv
	PIP_CONSTRAINT=constraints.txt $(BIN)/pip install -q -c constraints.txt -e ".[$*]"
	touch $@
