# Hidden Units. `make` alone lists what there is; the first use of most of it builds .venv.

CONFIG ?= config/brush.yaml
CORES ?= all
ARGS ?=

BIN := .venv/bin
# Tests call `snakemake`, and so do people: the environment's own comes first.
WITH_BIN := PATH="$(CURDIR)/.venv/bin:$$PATH"

# A process a core, up to four; the tests of a file stay together, for they share what they prepare. The order of
# files is that of tests/conftest.py: by their numbers of tests those of few and long ones would come last.
SIDE_BY_SIDE := --numprocesses=logical --maxprocesses=4 --dist=loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help report verify test test-all test-slow test-faults test-browser test-cluster test-gpu lint format bench bench-gpu config-reference rulegraph lock clean distclean environment

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s  %s\n", $$1, $$2}' Makefile
	@echo
	@echo "  CONFIG=$(CONFIG)  an overlay on config/config.yaml"
	@echo "  CORES=$(CORES)  how many jobs run side by side"
	@echo "  ARGS=...  more for snakemake (report) or pytest (test), such as ARGS=--dry-run"

report: environment ## everything, from the data to results/<run>/report/report.html and .pdf
	@$(BIN)/python workflow/run.py --config "$(CONFIG)" --cores "$(CORES)" -- $(ARGS)

verify: environment ## compare the run's files with its manifest, or with another run's: MANIFEST=path
	@$(BIN)/python workflow/verify.py --config "$(CONFIG)" $(if $(MANIFEST),--manifest "$(MANIFEST)")

test: environment ## the fast tests
	@$(WITH_BIN) $(BIN)/python -m pytest $(SIDE_BY_SIDE) -m "not slow and not cluster and not gpu" $(ARGS)

# One process more than cores, for the tests of Slurm mostly wait.
test-all: environment ## all tests but those on a GPU, in one call
	@$(WITH_BIN) $(BIN)/python -m pytest $(SIDE_BY_SIDE) --numprocesses=3 -m "not gpu" $(ARGS)

test-slow: environment ## the tests that take minutes
	@$(WITH_BIN) $(BIN)/python -m pytest $(SIDE_BY_SIDE) -m "slow and not browser and not faults" $(ARGS)

test-faults: environment ## kill it, fill its disk, cut its network, spoil its input
	@$(WITH_BIN) $(BIN)/python -m pytest $(SIDE_BY_SIDE) -m faults $(ARGS)

test-browser: environment ## a small run's report, opened in an installed Chromium
	@$(WITH_BIN) $(BIN)/python -m pytest $(SIDE_BY_SIDE) -m browser $(ARGS)

test-cluster: environment ## the study on a Slurm of its own: needs root, slurm-wlm and munge
	@$(WITH_BIN) $(BIN)/python -m pytest -m cluster $(ARGS)

test-gpu: environment ## training on a GPU: the same bits again, and near the processor's
	@$(WITH_BIN) $(BIN)/python -m pytest -m gpu $(ARGS)

lint: environment ## style and the habits of Snakemake
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/snakefmt --check Snakefile workflow
	@$(WITH_BIN) $(BIN)/snakemake --lint

format: environment ## put Python and Snakemake files in order
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format
	@$(BIN)/snakefmt Snakefile workflow

bench: environment ## time training beside the plain recipes, then the whole study: half an hour
	@PYTHONPATH=src $(BIN)/python -m benchmarks.run $(ARGS)
	@PYTHONPATH=src $(BIN)/python -m benchmarks.recurrent
	@PYTHONPATH=src $(BIN)/python -m benchmarks.whole

bench-gpu: environment ## time training on a GPU beside the processor, where there is one
	@PYTHONPATH=src $(BIN)/python -m benchmarks.gpu $(ARGS)

rulegraph: environment ## write the rule graph into README.md
	@$(WITH_BIN) $(BIN)/python workflow/rulegraph.py

config-reference: environment ## write the tables of config/README.md from the schema
	@PYTHONPATH=src $(BIN)/python -c "from pathlib import Path; \
	from hidden_units.config import load_schema, reference; \
	schema = load_schema(Path('workflow/schemas/config.schema.yaml')); \
	page = Path('config/README.md'); \
	head = page.read_text(encoding='utf-8').split('## Top level')[0]; \
	page.write_text(head + reference(schema), encoding='utf-8')"

lock: ## pin what envs/requirements.in asks for (newer versions too: ARGS=--upgrade)
	@python=$$(sh envs/python.sh) && folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT \
	&& "$$python" -m venv "$$folder" && "$$folder/bin/pip" install --quiet uv \
	&& "$$folder/bin/uv" pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 \
	   --custom-compile-command "make lock" envs/requirements.in --output-file envs/requirements.lock \
	   $(ARGS)
	@echo "envs/requirements.lock is up to date; where it changed, the next make builds .venv anew."

clean: ## remove all results, and what Snakemake remembers of them
	@python=$$(sh envs/python.sh) && "$$python" workflow/run.py --clean

distclean: clean ## remove the environment and all caches too
	@rm -rf .venv .pytest_cache .ruff_cache .hypothesis
	@echo "removed .venv and the caches of the tools"

# .venv's own Python says whether .venv is finished and fits the lock; if not, another one builds it.
environment:
	@$(BIN)/python -I envs/build.py --check 2>/dev/null \
	|| { python=$$(sh envs/python.sh) && "$$python" -I envs/build.py; }
