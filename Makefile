# Everything that a person or a machine does with this project. `make help` lists it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := demo/out
MODEL := demo/trained
SHARED_OUT := --numprocesses auto --maxprocesses 8 --dist loadfile
# Byte code is kept, even where the environment forbids it beside the sources: tests start some hundred Pythons.
export PYTHONDONTWRITEBYTECODE :=
export PYTHONPYCACHEPREFIX := $(CURDIR)/$(VENV)/compiled
.DEFAULT_GOAL := help
.PHONY: help setup demo test test-slow test-torture test-engines test-browser lint constraints clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

setup: $(VENV)/.ready  ## make .venv with everything, and fetch the language model

$(VENV)/.ready: pyproject.toml constraints.txt
	@command -v c++ >/dev/null || { echo "make: fasttext is compiled on installation and needs a C++ compiler: install g++ (Debian: apt-get install g++, macOS: xcode-select --install)" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "make: Winnow needs Python 3.11 or newer; name one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python --constraint constraints.txt --editable '.[dev,trainer]'
	$(BIN)/winnow models fetch
	@touch $@

demo: setup  ## write a sample of four sources, build a corpus, show what became of it, and train a tiny model on it
	$(BIN)/python -m demo.make_sample --output demo/sample
	$(BIN)/winnow build mixed --input web='demo/sample/web/*' wikipedia='demo/sample/wikipedia/*' books=demo/sample/books \
		code=demo/sample/code --output $(DEMO) --replace
	rm -rf $(MODEL)
	$(BIN)/winnow tokenizer train $(DEMO) --vocab 2048 --output $(MODEL)/tokenizer
	$(BIN)/winnow pack $(DEMO) --tokenizer $(MODEL)/tokenizer --validation 0.1 --output $(MODEL)/pack
	$(BIN)/winnow train tiny --pack $(MODEL)/pack --set run.tokens=360000 --set run.batch_tokens=512 --output $(MODEL)/run
	$(BIN)/winnow generate $(MODEL)/run --prompt 'The function returns' --tokens 60
	@echo
	@echo 'The corpus: $(DEMO)/README.md    The run, as a page: $(MODEL)/run/run.html    The model: $(MODEL)/run/checkpoints/'

test: setup  ## the quick tests (under five minutes on two cores)
	$(BIN)/python -m pytest -q $(SHARED_OUT) -m 'not slow and not distributed and not torture and not engines and not browser'

test-slow: setup  ## the slow and the distributed tests
	$(BIN)/python -m pytest -q $(SHARED_OUT) -m '(slow or distributed) and not torture and not engines and not browser'

test-torture: setup  ## forty builds whose processes, files and disk are attacked (a quarter of an hour)
	$(BIN)/python -m pytest -q -m torture

test-engines: setup  ## builds on Prism and on a Flink cluster; needs Java, Maven and Go, and fetches the rest
	$(BIN)/python tests/engines/fetch.py
	tests/engines/isolated $(BIN)/python -m pytest -q -m engines tests/engines

test-browser: setup  ## the pages of builds and of runs in a headless Chromium; needs npm, and fetches the browser where none is found
	$(BIN)/python tests/browser/fetch_browser.py
	$(BIN)/python -m pytest -q -m browser tests/browser

lint: setup  ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

constraints:  ## pin the newest versions of everything
	{ $(BIN)/uv pip compile --quiet --all-extras --no-annotate --no-header --no-emit-index-url --upgrade pyproject.toml; echo "uv==$$($(BIN)/uv --version | cut -d' ' -f2)"; } | sort > constraints.new
	mv constraints.new constraints.txt

clean:  ## remove what the demo and the tools made
	rm -rf demo/out demo/sample demo/trained .mypy_cache .ruff_cache .pytest_cache $(VENV)/compiled
