.PHONY: run test check bench lock words chromium
.DELETE_ON_ERROR:
PYTHON ?= python3
BIN := .venv/bin
TESTS ?= tests
# Compiled modules are kept, whatever the caller's environment says: a start would take twice as long.
export PYTHONDONTWRITEBYTECODE :=

run: .venv/.ready
	@$(BIN)/capofila run

test: .venv/.ready chromium
	$(BIN)/python -m pytest -n 2 $(TESTS)

check: .venv/.ready
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports --no-cache --no-logo
	$(BIN)/djlint --lint consortium && $(BIN)/pybabel -q compile --directory translations

# Speed against the floor.
bench: .venv/.ready
	$(BIN)/python -m pytest -q -s -m bench tests/bench

# What a browser test drives: Debian's Chromium without a window where we may install it (or the whole one, where it is), else the one of
# playwright's own installer.
SHELL_PACKAGE := chromium-headless-shell
chromium: .venv/.ready
	@command -v $(SHELL_PACKAGE) >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $(SHELL_PACKAGE); } || command -v chromium >/dev/null || $(BIN)/playwright install --only-shell chromium

# The environment, made anew when what it is made of changes. Nothing is taken that the lock does not name by its hash.
.venv/.ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-index --no-deps --no-build-isolation --editable .
	@touch $@

lock:
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --custom-compile-command "make lock" --quiet -o requirements.lock

# New words into both catalogues, to be translated there; words that are no more are dropped.
words: .venv/.ready
	$(BIN)/pybabel -q extract -F pyproject.toml -k _l -k lazy_gettext -k lazy_ngettext:1,2 --no-location --sort-output -o translations/messages.pot consortium tenants
	$(BIN)/pybabel -q update --no-fuzzy-matching --ignore-obsolete --width 140 -i translations/messages.pot -d translations
