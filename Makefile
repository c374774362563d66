# Every command of PeerSafe. Needs only make and Python 3.11 to 3.14; packages and servers come by themselves.
PORT ?= 8000
PY = .venv/bin/python
export ONLY LANES PYTHON

.PHONY: help run test check bench faults screenshots lock clean .run .dev

help:
	@echo 'make run          start PeerSafe here, with a demo organisation (PORT=8000); Ctrl-C stops it'
	@echo 'make test         run all tests (ONLY=sessions runs those in tests/sessions; LANES=1 one after the other)'
	@echo 'make check        format, lint, types, layers, migrations, translations, locks, known holes'
	@echo 'make bench        measure how fast it is (ONLY=people.home)'
	@echo 'make faults       break things on purpose and count what is lost (ONLY=reminders.worker_killed)'
	@echo 'make screenshots  every page, small and large, light and dark, into .local/screenshots/'
	@echo 'make lock         choose and pin newer packages (needs the network)'
	@echo 'make clean        remove .venv and what tools left behind; .local, with your data, stays'

run: .run
	@exec $(PY) -m peersafe.local run --port '$(PORT)'

test: .dev
	@exec $(PY) -m peersafe.local test

check: .dev
	@exec $(PY) -m peersafe.local.checks

bench: .dev
	@exec $(PY) -m peersafe.local with -- $(PY) -m tests.bench

faults: .dev
	@exec $(PY) -m peersafe.local with -- $(PY) -m tests.faults

screenshots: .dev
	@exec $(PY) -m peersafe.local with -- $(PY) -m tests.browser.screenshots

lock: .dev
	@exec $(PY) -m peersafe.local.lock

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# The packages: those that running needs, and those that developing needs besides.
.run:
	@sh peersafe/local/install.sh run

.dev:
	@sh peersafe/local/install.sh dev
