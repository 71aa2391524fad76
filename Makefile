# Needs Python 3.10 to 3.13, make and the package index; everything else is installed into virtual environments here.
PYTHON ?= python3
PIP_FLAGS ?= --quiet --disable-pip-version-check

.PHONY: demo test test-render contracts lint clean

demo: .venv-demo/ready
	.venv-demo/bin/python -m export.build_engine --int8 --output out/edge-int8
	.venv-demo/bin/python -m runtime.stream --engine out/edge-int8 --source runtime/samples/presenter.mp4 \
		--background runtime/samples/background.jpg --output out/demo.mp4 --report out/demo.json

test: contracts
	.venv/bin/python -m pytest -n 2

# What needs Blender's module, which exists for Python 3.11 only and wants another NumPy than the rest.
RENDERS := $(shell $(PYTHON) -c 'import sys; print("yes" if sys.version_info[:2] == (3, 11) else "")')

test-render: $(if $(RENDERS),.venv-render/ready)
	$(if $(RENDERS),.venv-render/bin/python -m pytest -n 2 tests/ppid/render,@echo "skipped: the renderer needs Python 3.11, e.g. make test-render PYTHON=python3.11")

lint: .venv/ready
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy ppid export runtime calib benchmarks

.venv-demo/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv-demo
	.venv-demo/bin/pip install $(PIP_FLAGS) -c constraints.txt -e '.[cpu,export]'
	touch $@

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	.venv/bin/pip install $(PIP_FLAGS) -c constraints.txt torch
	.venv/bin/pip install $(PIP_FLAGS) -c constraints.txt -e '.[cpu,view,export,train,tensorrt-rtx,dali,dev]'
	touch $@

# Python bindings of the TensorRT versions that we support, without their libraries: enough to check our use of them.
contracts: .venv/contracts/ready

.venv/contracts/ready: .venv/ready
	$(call bindings,10.3.0,tensorrt_cu12_bindings)
	$(call bindings,10.13.3.9,tensorrt_cu13_bindings)
	$(call bindings,11.4.0.106,tensorrt_cu13_bindings)
	touch $@

# $(call bindings,VERSION,PACKAGE): there are none for every Python.
bindings = .venv/bin/pip install $(PIP_FLAGS) --upgrade --no-deps --target .venv/contracts/$(1) $(2)==$(1) \
	|| echo "no bindings of TensorRT $(1) for this Python: tests of our use of them are skipped"

.venv-render/ready: pyproject.toml
	$(PYTHON) -m venv .venv-render
	.venv-render/bin/pip install $(PIP_FLAGS) -e '.[render]' hypothesis pytest pytest-xdist
	touch $@

clean:
	rm -rf .venv .venv-demo .venv-render out build *.egg-info
