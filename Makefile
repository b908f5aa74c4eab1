# make demo – a whole quarter of synthetic filings in a real Airflow;  make test – all tests.
SHELL := /bin/bash
PYTHON := .venv/bin/python
ARGS ?=

.PHONY: demo test bench lint types format venv office browser lock clean

demo: venv
	@.venv/bin/tonghop demo $(ARGS)

test: venv
	$(PYTHON) -m pytest --numprocesses 2 --dist loadfile $(ARGS)

bench: venv
	$(PYTHON) tests/benchmarks/bench.py $(ARGS)
	$(PYTHON) tests/benchmarks/bench_desk.py

lint: venv
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .

format: venv
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

types: venv
	.venv/bin/mypy

# Python 3.11 and the locked libraries; quick when nothing changed.
venv:
	@.ci/venv

# LibreOffice and the tools that turn its pages into pictures (tests only).
office:
	@.ci/office

# Chromium, in which the tests open the page “Báo cáo quý” (tests only).
browser:
	@.ci/browser

# requirements.txt with hashes, from pyproject.toml, and the part of it that the image gets.
lock: venv
	.venv/bin/uv pip compile --quiet --generate-hashes --extra dev --extra server --python-version 3.11 \
		-o requirements.txt pyproject.toml
	.venv/bin/uv pip compile --quiet --generate-hashes --extra server --python-version 3.11 \
		--constraint requirements.txt -o .ci/requirements-image.txt pyproject.toml
	sed -i 's/^celery==/celery[redis]==/' requirements.txt .ci/requirements-image.txt  # pip finds no hash otherwise

# Leaves var/ alone but for the demonstration's own folder.
clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis var/demo
	find . -name __pycache__ -not -path './var/*' -prune -exec rm -rf {} +
