# Thin verbs over the Swift package and the tools; `make help` lists them.

SWIFT ?= swift
REFERENCE ?= reference
VENV ?= .venv
ONLY ?=
FORCE ?=
COUNT ?= 10000
SECONDS ?= 900
SEED ?= 1
FILTER ?=
THREADS ?=
ROUNDS ?= 3
UPDATE ?=
FUNCTIONS ?=
SAMPLES ?= 0
FIGURES ?= Tests/FuzzCorpus/FIGURES.md
COMMAND := .build/release/conformance

.DEFAULT_GOAL := help
.PHONY: help setup build test test-tools conformance audit reproduce arithmetic accuracy benchmark benchmark-guard fuzz portability reference format lint docs clean

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install libhdf5 where it is missing
	@tools/setup.sh

build: setup ## build everything in release
	$(SWIFT) build -c release

test: setup ## run all tests
	$(SWIFT) test -c release --disable-testable-imports

test-tools: ## run the tests of the Python tools
	@tools/python.sh "$(VENV)" -m unittest discover -s tools/tests -t .

conformance: $(COMMAND) ## score the committed fixtures and print the table
	@$(COMMAND) run --reference $(REFERENCE)

reproduce: $(COMMAND) ## show that every kernel variant and number of threads gives the same bits
	@$(COMMAND) reproduce --reference $(REFERENCE)

arithmetic: $(COMMAND) ## compare every sample with a plain Python reading of the arithmetic
	@tools/python.sh "$(VENV)" -m tools.arithmetic --reference $(REFERENCE)

benchmark: ## compare speed and memory with PyTorch's; FILTER, THREADS and ROUNDS change the run
	@$(SWIFT) build -c release --product benchmark
	@OPTIONAL=torch tools/python.sh "$(VENV)" -m tools.benchmark --filter "$(FILTER)" --rounds $(ROUNDS) \
	  $(if $(THREADS),--threads "$(THREADS)")

benchmark-guard: ## compare the instructions that workloads take with the committed figures; UPDATE=1 writes them
	@$(SWIFT) build -c release --product benchmark
	@python3 -m tools.benchmark.guard $(if $(UPDATE),--update)

fuzz: $(COMMAND) ## score 10,000 damaged fixtures and hostile programs; COUNT, SECONDS and SEED change the run
	@tools/python.sh "$(VENV)" -m tools.fuzz --conformance $(COMMAND) --reference $(REFERENCE) \
	  --count $(COUNT) --seconds $(SECONDS) --seed $(SEED) --report $(FIGURES)

portability: ## compile the kernels for aarch64 too, and compare the bits under qemu
	@tools/portability.sh

accuracy: ## hold every float32 input of each function against exact values; FUNCTIONS=exp,log SAMPLES=1000000 for less
	@tools/accuracy.sh "$(VENV)" --functions "$(FUNCTIONS)" --samples $(SAMPLES) --seed $(SEED) $(if $(FORCE),--force)

$(COMMAND): $(shell find Package.swift Sources -type f) | setup
	@$(SWIFT) build -c release --product conformance
	@touch $@

audit: setup ## check the fixtures' numbers with other oracles, then try to fool the fixtures; writes KILLS.md
	@$(SWIFT) build -c release --product audit
	@.build/release/audit oracles --reference $(REFERENCE)
	@.build/release/audit kills --reference $(REFERENCE) --output $(REFERENCE)/KILLS.md

reference: ## compute every fixture again with PyTorch; ONLY=decoding for one family, FORCE=1 if values change
	@tools/reference.sh "$(VENV)" "$(REFERENCE)" "$(ONLY)" "$(FORCE)"

format: ## format the Swift sources
	$(SWIFT) format -i --recursive Sources Tests Package.swift

lint: ## check the format of the Swift sources
	$(SWIFT) format lint --strict --recursive Sources Tests Package.swift

docs: setup ## build the documentation; warnings are errors
	$(SWIFT) package generate-documentation --target PuruTorch --target Conformance --target HDF5 --warnings-as-errors

clean: ## remove what was built
	rm -rf .build
