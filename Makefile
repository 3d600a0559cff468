# Two commands matter: `make run` starts everything on this machine, `make test` proves it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test lint long bench lock clean

$(VENV)/.run: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m compileall -q bot alembic
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

run: $(VENV)/.run
	@exec $(BIN)/python -m bot run

test: $(VENV)/.dev
	@$(BIN)/python -m tests.run quick

lint: $(VENV)/.dev
	@$(BIN)/python -m tests.run lint

long: $(VENV)/.dev
	@$(BIN)/python -m tests.run long

bench: $(VENV)/.dev
	@$(BIN)/python -m tests.bench

# Newest stable versions, pinned with hashes. Needs uv (`pip install uv`).
lock:
	uv pip compile -q --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --upgrade pyproject.toml -o requirements.lock
	uv pip compile -q --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --upgrade --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean:
	rm -rf $(VENV) build bench-results .pytest_cache .mypy_cache .ruff_cache .hypothesis
