# Sets up an environment and calls what is in it; the checks themselves are in noxfile.py. `make integration ARGS=job` runs one target.
# Another Python: make test PYTHON=python3.13 (add VENV=.venv-3.13 to keep both environments; then
# make test ALSO=.venv-3.13 tries in the second what `second` does). Another ansible-core: make core CORE=2.20
PYTHON ?= python3
VENV ?= .venv
READY := $(VENV)/.ready-$(notdir $(PYTHON))
unexport PYTHONDONTWRITEBYTECODE

# What uv writes: every file of every package by its checksum, for all Pythons from 3.11 on.
PIN := $(VENV)/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url --upgrade --quiet

CHECKS := lint types powershell pages unit simulator hosts e2e nights sanity units integration molecule artifact simulator_alone second

.PHONY: test environment $(CHECKS) core rehearse reliability benchmark night soak renew clean
test: $(READY)
	$(VENV)/bin/nox$(if $(ALSO), -s everything -- $(ALSO))
environment: $(READY)
$(CHECKS): $(READY)
	$(VENV)/bin/nox -s $@ $(if $(ARGS),-- $(ARGS))
core: $(READY)
	$(VENV)/bin/nox --error-on-missing-interpreters -s "core($(CORE))"
rehearse: $(READY)
	$(VENV)/bin/python extensions/rehearsal/rehearse.py $(ARGS)
reliability: $(READY)
	$(VENV)/bin/python tests/reliability/run.py
benchmark: $(READY)
	$(VENV)/bin/python tests/benchmark/run.py $(ARGS)
night: $(READY)
	$(VENV)/bin/python tests/benchmark/night.py $(ARGS)
soak: $(READY)
	$(VENV)/bin/python tests/benchmark/soak.py $(ARGS)
renew: $(READY)
	UV_CUSTOM_COMPILE_COMMAND="make renew" $(PIN) requirements-dev.txt -o requirements-ci.txt
	UV_CUSTOM_COMPILE_COMMAND="make renew" $(PIN) --no-deps .ci/collections.in -o .ci/collections.txt
clean:
	-$(VENV)/bin/python extensions/rehearsal/rehearse.py --stop
	rm -rf $(VENV) .venv-azcollection .ansible .benchmark .hypothesis .mypy_cache .nox .pytest_cache .rehearsal .ruff_cache collections dist tests/output

$(READY): requirements-ci.txt .ci/collections.txt .ci/fetch_collections.py
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv --clear $(VENV)
	$(VENV)/bin/pip install -q --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-ci.txt
	$(VENV)/bin/python .ci/fetch_collections.py
	touch $@
