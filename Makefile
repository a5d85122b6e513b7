# Two commands do everything: `make run` and `make test`. Both set up .venv first if needed.
HOST ?= 127.0.0.1
PORT ?= 8501
PYTHON ?= python3
BIN := .venv/bin
# A copy of the requirements inside the environment marks a finished installation: an
# interrupted one, or changed pins, are installed again.
RUN_READY := .venv/.requirements.txt
DEV_READY := .venv/.requirements-dev.txt

.PHONY: run test check bench format clean

run: $(RUN_READY)
	@$(BIN)/streamlit run app/main.py --server.address $(HOST) --server.port $(PORT)

test: $(RUN_READY)
	$(BIN)/pytest

check: $(DEV_READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(RUN_READY)
	$(BIN)/python -m benchmarks

format: $(DEV_READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf .venv build *.egg-info

$(RUN_READY): requirements.txt pyproject.toml
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" \
	  || { echo "Python 3.11 or later is needed; found $$($(PYTHON) --version). Use: make PYTHON=python3.12 run"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@cp requirements.txt $@

$(DEV_READY): $(RUN_READY) requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@cp requirements-dev.txt $@
