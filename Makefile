.PHONY: check demo docs test lint stress wheel workflows

PYTHON ?= python3
CONSTRAINTS ?= constraints.txt
SCRIPTS = $(if $(filter Windows_NT,$(OS)),Scripts,bin)
BIN = .venv/$(SCRIPTS)
SOURCES = sklearn_gan tests benchmarks docs examples stress

check: test

demo: .venv/test
	$(BIN)/python -m benchmarks.demo

test: .venv/test
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2

docs: .venv/docs
	$(BIN)/python -m sphinx -j 2 -W --keep-going -b html -d build/docs/doctrees docs build/docs/html
	$(BIN)/python -m pytest -q tests/site

# Every step leaves reports in build/stress/STEP; stress/report.py turns them into rows of docs/contributing/stress.md.
stress: .venv/stress
	@$(MAKE) --keep-going -j1 $(STEPS:%=stress-%)

ALL_STEPS = properties kills soak dask batteries mutation highest lowest bandit pip-audit
STEPS = $(ALL_STEPS)

$(ALL_STEPS:%=stress-%): stress-%: .venv/stress
	rm -rf $(REPORTS) && mkdir -p $(REPORTS)
	start=$$(date +%s); $($*); $(BIN)/python -m stress.report $* $$? $$(($$(date +%s) - start))

REPORTS = build/stress/$*
PYTEST = -m pytest --junitxml=$(REPORTS)/tests.xml -o junit_family=xunit1
LOWEST = .venv-lowest/bin

properties = $(BIN)/python $(PYTEST) --hypothesis-profile=nightly tests/estimators/test_hostile_tables.py \
	tests/table/test_relations.py
kills = N_KILLS=100 $(BIN)/python $(PYTEST) -k killed tests/persistence/test_saving_hostile.py
soak = $(BIN)/python $(PYTEST) -m stress tests/stress
dask = $(BIN)/python $(PYTEST) -m stress tests/dask
batteries = $(BIN)/python $(PYTEST) -m stress -n 2 --ignore=tests/dask --ignore=tests/stress tests
mutation = rm -rf mutants; OMP_NUM_THREADS=1 $(BIN)/python -m stress.mutation run --max-children 2; \
	$(BIN)/mutmut results --all true > $(REPORTS)/mutants.txt
highest = $(BIN)/python $(PYTEST) -n 2 --cov=sklearn_gan --cov-branch --cov-report=json:$(REPORTS)/coverage.json
lowest = $(BIN)/python -m venv .venv-lowest && \
	PIP_CONSTRAINT=constraints-lowest.txt $(LOWEST)/pip install -q -c constraints-lowest.txt -e ".[test]" && \
	$(LOWEST)/python $(PYTEST) -n 2
bandit = $(BIN)/bandit -q -r sklearn_gan benchmarks -f json -o $(REPORTS)/bandit.json
pip-audit = $(BIN)/pip-audit -r constraints.txt --no-deps --disable-pip -f json -o $(REPORTS)/pip-audit.json

# The source distribution and the wheel, tested with the required dependencies only, in a folder outside of this one.
wheel: .venv/release workflows
	rm -rf dist build/wheel
	PIP_CONSTRAINT=$(CONSTRAINTS) $(BIN)/python -m build
	$(BIN)/twine check --strict dist/*
	$(BIN)/validate-pyproject pyproject.toml
	$(PYTHON) -m venv build/wheel
	PIP_CONSTRAINT=$(CONSTRAINTS) build/wheel/$(SCRIPTS)/pip install -q -c $(CONSTRAINTS) dist/*.whl
	cd "$$(mktemp -d)" && "$(CURDIR)/build/wheel/$(SCRIPTS)/python" -I "$(CURDIR)/tests/smoke.py"

workflows: .venv/release
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/zizmor --offline --quiet .github/workflows

lint: .venv/test
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

# an environment with the extra of this name
.venv/%: pyproject.toml $(CONSTRAINTS)
	test -d .venv || $(PYTHON) -m venv .venv
	PIP_CONSTRAINT=$(CONSTRAINTS) $(BIN)/pip install -q -c $(CONSTRAINTS) -e ".[$*]"
	touch $@
