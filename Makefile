# make demo   try the bot without a token on http://127.0.0.1:8080
# make test   every check and test; the same that CI runs
# make cover  the same with coverage and its floor
# make bench  ratios measured in one run, against named yardsticks
# make soak   longer proofs: real kill -9 runs, a whole year
# make lock   write requirements*.txt anew from pyproject.toml

PYTHON ?= python3
# Dozens of tests start the program itself; compiling it anew each time would take longer than they do.
unexport PYTHONDONTWRITEBYTECODE
VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: demo test cover lint types floors words chromium bench soak lock format clean

$(VENV)/.run: requirements.txt requirements-build.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP_INSTALL) --require-hashes -r requirements-build.txt
	$(PIP_INSTALL) --require-hashes -r requirements.txt
	$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.test: $(VENV)/.run requirements-test.txt
	$(PIP_INSTALL) --require-hashes -r requirements-test.txt
	touch $@

# What the trial begins with is lived through once, as packages are installed once; a changed program does it again.
$(VENV)/.past: $(VENV)/.run $(wildcard seeds/*.yaml seeds/trial/*.yaml)
	$(BIN)/python -m bot demo --prepare
	touch $@

demo: $(VENV)/.past
	$(BIN)/python -m bot demo

test: $(VENV)/.test chromium
	$(BIN)/python -m tests.everything

cover: $(VENV)/.test chromium
	$(BIN)/python -m tests.everything --cover

# One check at a time.
lint: $(VENV)/.test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/vulture

types: $(VENV)/.test
	$(BIN)/mypy

floors: $(VENV)/.test
	$(BIN)/lint-imports

words: $(VENV)/.test
	$(BIN)/python -m pytest -q -p no:cacheprovider tests/static

# The page of the trial is tested in a real browser where there is one: most tests in Chromium without its windows, which
# takes less than half of the processor, what only the whole one can do in that.
APT := DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends
chromium:
	@if command -v chromium >/dev/null && command -v chromium-headless-shell >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq \
		&& { $(APT) chromium chromium-headless-shell fonts-noto-color-emoji >/dev/null 2>&1 \
		|| $(APT) chromium fonts-noto-color-emoji >/dev/null; }; \
	then echo "Chromium was installed for the browser tests."; \
	elif command -v chromium >/dev/null; then echo "Chromium's headless shell would make the browser tests lighter."; \
	else echo "No Chromium here: the browser tests are skipped (apt-get install chromium)."; fi

bench: $(VENV)/.test
	$(BIN)/python -m tests.bench

soak: $(VENV)/.test
	$(BIN)/python -m tests.soak

format: $(VENV)/.test
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

COMPILE := $(BIN)/pip-compile --quiet --no-header --allow-unsafe --generate-hashes --no-strip-extras \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host
lock:
	$(COMPILE) --output-file requirements.txt pyproject.toml
	$(COMPILE) --extra test --output-file requirements-test.txt pyproject.toml
	$(COMPILE) --only-build-deps --build-deps-for editable --output-file requirements-build.txt pyproject.toml

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage*
