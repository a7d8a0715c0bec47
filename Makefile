# Everything a newcomer needs: `make demo` and `make test`. Recipes `exec` their program, so that it is make's own
# child and can tell when make is gone.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
INSTALLED := node_modules/.package-lock.json

.PHONY: help demo up test check promises mutation leaks fuzz bench deadman simulate chaos

help: ## Say what can be made.
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

$(INSTALLED): package.json package-lock.json
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

demo: $(INSTALLED) ## Play the whole journey on real parts and show it (BREAK=end: see it fail).
	@exec node test/demo/demo.ts $(if $(BREAK),--break=$(BREAK))

up: $(INSTALLED) ## Start bench, bot and worker and leave them running until Ctrl-C.
	@exec node test/demo/up.ts

test: $(INSTALLED) ## Run every test.
	@exec node node_modules/vitest/vitest.mjs run

check: $(INSTALLED) ## Format, lint, boundaries, types, unused code.
	biome ci --error-on-warnings .
	depcruise --config .dependency-cruiser.cjs src test bench
	tsc -p tsconfig.json
	tsc -p tsconfig.core.json
	knip
	@echo 'check: format, lint, boundaries, types and unused code as they should be'

promises: $(INSTALLED) ## Show which tests carry each promise of the design.
	@exec node test/promises/promises.ts

mutation: $(INSTALLED) ## Change the pure part in every way and see its tests notice (FILES=src/workflows/quorum.ts: a part).
	@exec node test/mutation/mutation.ts $(FILES)

leaks: $(INSTALLED) ## Play the journey at debug level and look everywhere for the credential.
	@exec node test/leaks/leaks.ts

fuzz: $(INSTALLED) ## Read policies, conditions and tickets nobody would write (RUNS=1000000, SEED=1: again).
	@exec node test/policy/fuzz.ts $(if $(RUNS),'--runs=$(RUNS)') $(if $(SEED),'--seed=$(SEED)')

bench: $(INSTALLED) ## Measure beside the bare limit, in one run (ROWS=burst-end,idle: a part).
	@exec node bench/bench.ts $(if $(ROWS),--rows=$(ROWS))

simulate: $(INSTALLED) ## Play the product in virtual time with every fault, and see planted defects (RUNS=1000000, SEED=s).
	@exec node test/simulation/simulate.ts $(if $(RUNS),'--runs=$(RUNS)') $(if $(SEED),'--seed=$(SEED)')

deadman: $(INSTALLED) ## Kill all of ours while N passes are lent; see each end (N=20, MINUTES=60: a real hour).
	@exec node test/deadman/deadman.ts $(if $(N),'--n=$(N)') $(if $(MINUTES),'--minutes=$(MINUTES)')

chaos: $(INSTALLED) ## Kill and cut off real processes at every point of a pass's life (CASES=20 SEED=7: a part).
	@exec node test/chaos/chaos.ts $(if $(CASES),'--cases=$(CASES)') $(if $(SEED),'--seed=$(SEED)') $(if $(LANES),'--lanes=$(LANES)') $(if $(ONLY),'--only=$(subst ','\'',$(ONLY))')
