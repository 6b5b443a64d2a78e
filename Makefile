# The two commands that a newcomer needs: `make test` and `make scenarios`. Both make .venv first.

# Whatever environment is active: ours is .venv, and it holds just what pyproject.toml says.
unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME

CANDIDATES = $(or $(PYTHON),python3 python3.13 python3.12 python3.11)

# An old Python fails here, and so does a version manager's shim without a Python behind it. One
# from an active environment, maybe .venv itself, names the Python that it was made from.
BASE = import sys; sys.version_info < (3, 11) and sys.exit(1); print(sys._base_executable)

.PHONY: help test scenarios clean

help: ## show this
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo 'ARGS="-k smtp -x" is passed on to pytest; PYTHON=python3.12 chooses what makes .venv.'

test: .venv/made ## run all tests; ends with the ledger of documented examples
	.venv/bin/python -m pytest --numprocesses=auto --maxprocesses=4 $(ARGS)

scenarios: .venv/made ## reproduce the documented examples, and print their ledger
	.venv/bin/python -m pytest scenarios $(ARGS)

clean: ## remove .venv, and everything else that was made here
	rm -rf .venv .nox dist .coverage* .hypothesis .*_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

.venv/made: pyproject.toml
	@for candidate in $(CANDIDATES); do \
	    python=$$("$$candidate" -c '$(BASE)' 2>/dev/null) && break; \
	done; \
	if [ -z "$$python" ]; then \
	    echo 'No Python 3.11 or later runs here as: $(CANDIDATES).' >&2; \
	    echo 'Install one, or name it: make PYTHON=/path/to/python3' >&2; \
	    exit 1; \
	fi; \
	if ! "$$python" -c 'import venv; from ensurepip import bootstrap' 2>/dev/null; then \
	    echo "$$python can't make virtual environments: its venv or ensurepip is missing." >&2; \
	    echo "On Debian and Ubuntu: sudo apt install $${candidate##*/}-venv" >&2; \
	    echo 'Or name another Python: make PYTHON=/path/to/python3' >&2; \
	    exit 1; \
	fi; \
	echo "making .venv with $$python"; \
	"$$python" -m venv --clear .venv
	.venv/bin/python -m pip install --quiet --upgrade 'pip>=25.1' # the first to know --group
	.venv/bin/python -m pip install --quiet --group dev --editable .
	@touch $@
