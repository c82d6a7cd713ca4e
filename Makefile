# Hidden Units. `make` alone lists the targets; the first use of most of them builds .venv.

CONFIG ?= config/brush.yaml
CORES ?= all
STUDIES ?=
ARGS ?=
# What a user gives is a name, which neither make nor a shell takes apart: recipes read it as "$$CONFIG". ARGS alone
# is words for the shell.
override CONFIG := $(value CONFIG)
override CORES := $(value CORES)
override STUDIES := $(value STUDIES)
override MANIFEST := $(value MANIFEST)
override RESULTS := $(value RESULTS)
override RUNS := $(value RUNS)
export CONFIG CORES STUDIES MANIFEST RESULTS RUNS

BIN := .venv/bin
# The environment's Python, with what passes of what the shell hands down.
CLEAN := $(BIN)/python -I src/hidden_units/inherited.py
# Tests call `snakemake` and other commands of the environment by name.
export PATH := $(CURDIR)/$(BIN):$(PATH)
RUN := @$(CLEAN) workflow/run.py --config="$$CONFIG"
# A process a core, up to four; the tests of a file stay together, for they share what they prepare. The order of
# files is that of tests/conftest.py: by their numbers of tests those of few and long ones would come last.
TEST := @$(CLEAN) -m pytest
SIDE_BY_SIDE := --numprocesses=logical --maxprocesses=4 --dist=loadfile --no-loadscope-reorder

$(if $(wildcard envs/build.py),,$(error make works in the clone: make -C CLONE report, and for results in another folder ARGS="--directory FOLDER"))

.DEFAULT_GOAL := help
.PHONY: $(shell sed -n 's/^\([a-z-]*\):.*/\1/p' Makefile)

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s  %s\n", $$1, $$2}' Makefile
	@echo
	@printf '  CONFIG=%s  an overlay on config/config.yaml\n' "$$CONFIG"
	@printf '  CORES=%s  how many jobs run side by side\n' "$$CORES"
	@echo "  STUDIES=characters,encoders  the studies to run; by default those of the configuration"
	@echo "  ARGS=...  more for snakemake (report) or pytest (test), such as ARGS=--dry-run"

report: environment ## everything, from the data to results/<run>/report/report.html and .pdf
	$(RUN) --cores="$$CORES" $${STUDIES:+--studies="$$STUDIES"} -- $(ARGS)

slides: environment ## slides of the article, HTML and PDF, from a run that has its report
	$(RUN) --cores="$$CORES" $${STUDIES:+--studies="$$STUDIES"} -- slides $(ARGS)

verify: environment ## compare the results with the run's manifest, or with another run's: MANIFEST=path
	$(RUN) --verify $${MANIFEST:+--manifest="$$MANIFEST"} -- $(ARGS)

# What a run is called stands in its overlay, else in config/config.yaml.
NAME_RUN := @run=$$(sed -n 's/^run: *//p' -- "$$CONFIG" config/config.yaml | head -n 1);

audit: environment ## recompute the report's numbers from its evidence by other code; of any run: RESULTS=results/name
	$(NAME_RUN) OMP_NUM_THREADS=1 $(CLEAN) tests/oracle/audit.py "$${RESULTS:-results/$$run}"

reference: environment ## for maintainers: renew the reference values from a finished brush run: RESULTS=results/brush
	$(NAME_RUN) $(CLEAN) -m hidden_units.reproduction "$${RESULTS:-results/$$run}"

forecast: environment ## what a finished run would take on other machines: CORES=64, RESULTS=results/name
	$(NAME_RUN) $(CLEAN) -m hidden_units.forecast --cores="$$CORES" $(ARGS) -- "$${RESULTS:-results/$$run}"

compare: environment ## finished runs side by side on one page: RUNS="kmnist mine"
	@$(CLEAN) -m hidden_units.compare -- "$$RUNS"

test: environment ## the fast tests
	$(TEST) $(SIDE_BY_SIDE) -m "not slow and not cluster and not gpu and not soak" $(ARGS)

# One process more than cores, for the tests of Slurm mostly wait.
test-all: environment ## all tests but those on a GPU, in one call
	$(TEST) $(SIDE_BY_SIDE) --numprocesses=3 -m "not gpu and not soak" $(ARGS)

test-slow: environment ## the tests that take minutes
	$(TEST) $(SIDE_BY_SIDE) -m "slow and not browser and not faults" $(ARGS)

test-faults: environment ## kill it, fill its disk, cut its network, spoil its input
	$(TEST) $(SIDE_BY_SIDE) -m faults $(ARGS)

test-browser: environment ## a small run's report, opened in an installed Chromium
	$(TEST) $(SIDE_BY_SIDE) -m browser $(ARGS)

test-cluster: environment ## the study on a Slurm of its own: needs root, slurm-wlm and munge
	$(TEST) -m cluster $(ARGS)

test-soak: environment ## a hundred kills, fifty damaged bytes: more than an hour
	$(TEST) -m soak --capture=no $(ARGS)

test-gpu: environment ## training on a GPU: the same bits again, and near the processor's
	$(TEST) -m gpu $(ARGS)

lint: environment ## style and the habits of Snakemake
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/snakefmt --check Snakefile workflow
	@$(CLEAN) -m snakemake --lint

format: environment ## put Python and Snakemake files in order
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format
	@$(BIN)/snakefmt Snakefile workflow

bench: environment ## time training next to the plain recipes, then the whole study: half an hour
	@$(CLEAN) -m benchmarks.run $(ARGS)
	@$(CLEAN) -m benchmarks.whole

bench-gpu: environment ## time training on a GPU next to the processor, where there is one
	@$(CLEAN) -m benchmarks.gpu

config-reference: environment ## write config/README.md
	@$(CLEAN) -m hidden_units.config

lock: ## pin what envs/requirements.in names (newer versions too: ARGS=--upgrade)
	@python=$$(sh envs/python.sh) && folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT \
	&& "$$python" -I -m venv "$$folder" && "$$folder/bin/python" -I src/hidden_units/inherited.py -m pip install --quiet uv \
	&& cp envs/requirements.lock "$$folder/lock" \
	&& "$$folder/bin/uv" pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 --generate-hashes \
	   --annotation-style line --custom-compile-command "make lock" envs/requirements.in --output-file "$$folder/lock" $(ARGS) \
	&& awk '{ sub(/ *\\$$/, ""); sub(/^ +/, " "); printf (NR > 1 && !/^ / ? "\n%s" : "%s"), $$0 } END { print "" }' \
	   "$$folder/lock" > envs/requirements.lock
	@echo "envs/requirements.lock is up to date; where it changed, the next make rebuilds .venv."

clean: ## remove all results, and what Snakemake remembers of them
	@python=$$(sh envs/python.sh) && "$$python" -I src/hidden_units/inherited.py workflow/run.py --clean

distclean: clean ## remove the environment and all caches too
	@[ ! -L .venv ] || echo "$$(readlink .venv), where .venv leads, is kept; only the link is removed."
	@rm -rf .venv .pytest_cache .ruff_cache .hypothesis
	@echo "removed .venv and the caches of the tools"

environment: ## build or update .venv; most targets do this first
	@python=$$(sh envs/python.sh) && "$$python" -I envs/build.py
