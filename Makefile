# make serve · make test · make bench · make parity: each does its own set-up, in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Reference tensors of the official HairFastGAN, for make parity.
ORACLE ?= ../shared/oracle

.PHONY: serve test check bench parity soak clean

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	@echo "Installing LiveHair into $(VENV) (about a minute) ..."
	$(BIN)/pip install --quiet --disable-pip-version-check -e .
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@echo "Installing what the tests need ..."
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@

serve: $(VENV)/.installed
	$(BIN)/python run_server.py $(ARGS)

check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: check
	$(BIN)/python -m tools.ensure_chromium
	$(BIN)/pytest tests/e2e tests/loopback
	$(BIN)/pytest -n 2 --dist loadfile tests/unit

bench: $(VENV)/.installed-dev
	$(BIN)/python -m tools.bench $(ARGS)

parity: $(VENV)/.installed-dev
	$(BIN)/python -m tools.parity $(ORACLE) $(ARGS)

soak: $(VENV)/.installed-dev
	$(BIN)/pytest -m soak

clean:
	rm -rf $(VENV) build out .pytest_cache .mypy_cache .ruff_cache
