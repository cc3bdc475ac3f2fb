#!/usr/bin/env bash
# One would guess that an Optuna study that is loaded and continued runs what is missing: the cell of a grid
# that was lost, the value that was added, the next draws of a seeded sampler.
#
# What happens: in GridSampler a failed cell counts as done. The same script started again does not run it,
# but runs one finished cell a second time. A value added to the grid runs the whole grid again, and so
# does another order of the same values. A seeded RandomSampler or TPESampler begins its stream again: the
# second session runs the rates of the first. (The manual says that a sampler's state is not stored.)
#
# Seen with optuna 5.0.0, NumPy 2.4.6, SQLAlchemy 2.1.9.
#
# Why it matters: hours of runs are made twice and the lost one never, and cells with two trials of one seed
# look like more evidence.
#
# Hyperfed: a run has a digest of its resolved settings, data and partition, which does not depend on its
# place in a grid. Random starts follow from the seed and the number of the draw.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'optuna==5.0.0' 'numpy==2.4.6' 'sqlalchemy==2.1.9' 'alembic==1.20.1'

cat > probe.py <<'PYTHON'
import optuna
from optuna.samplers import GridSampler, RandomSampler, TPESampler

optuna.logging.set_verbosity(optuna.logging.CRITICAL)
storage = optuna.storages.InMemoryStorage()


def session(name, sampler, trials=None, lost=None):
    """What one start of a script runs: it loads the study if there is one."""
    run = []

    def train(trial):
        rate = trial.suggest_float("lr", 1e-4, 1, log=True)
        run.append(rate)
        if rate == lost:
            raise OSError("the machine is gone")
        return abs(rate - 0.03)

    study = optuna.create_study(storage=storage, study_name=name, load_if_exists=True, sampler=sampler)
    study.optimize(train, n_trials=trials, catch=OSError)
    return [f"{rate:.4g}" for rate in run]


def grid(*values):
    return GridSampler({"lr": list(values)}, seed=1)


print("grid of 0.001, 0.01, 0.1; the job of 0.1 is lost; runs", session("a", grid(0.001, 0.01, 0.1), lost=0.1))
print("the same again, to run what is missing; runs", session("a", grid(0.001, 0.01, 0.1)))
print("0.3 added at the end; runs", session("a", grid(0.001, 0.01, 0.1, 0.3)))
session("b", grid(0.001, 0.01, 0.1))
print("another study, finished, same values in another order; runs", session("b", grid(0.1, 0.01, 0.001)))
for kind in (RandomSampler, TPESampler):
    for trials in range(2):
        print(f"{kind.__name__} with seed 1, session {trials + 1} of three trials; runs",
              session(kind.__name__, kind(seed=1), trials=3))
PYTHON

cat > expected.txt <<'TEXT'
grid of 0.001, 0.01, 0.1; the job of 0.1 is lost; runs ['0.001', '0.1', '0.01']
the same again, to run what is missing; runs ['0.001']
0.3 added at the end; runs ['0.01', '0.1', '0.001', '0.3']
another study, finished, same values in another order; runs ['0.1', '0.001', '0.01']
RandomSampler with seed 1, session 1 of three trials; runs ['0.004657', '0.07608', '0.0001001']
RandomSampler with seed 1, session 2 of three trials; runs ['0.004657', '0.07608', '0.0001001']
TPESampler with seed 1, session 1 of three trials; runs ['0.004657', '0.07608', '0.0001001']
TPESampler with seed 1, session 2 of three trials; runs ['0.004657', '0.07608', '0.0001001']
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED optuna-continued-studies-run-the-same-again: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED optuna-continued-studies-run-the-same-again: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS optuna-continued-studies-run-the-same-again, seen:"
cat seen.txt
