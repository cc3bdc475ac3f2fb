#!/usr/bin/env bash
# One would guess that in tbparse's pivoted table of several runs the k-th number of each cell is the k-th
# run's, so that runs can be told apart.
#
# What happens: each cell is a list whose order changes from step to step (the rows are sorted by step with a
# sort that does not keep the order of equal keys), and values that are NaN are left out, so that the lists
# have different lengths. The long table (pivot=False) has the runs' order; with
# extra_columns={"dir_name"} the pivoted one has a row per run.
#
# Seen with tbparse 0.0.9, tensorboard 2.21.0, pandas 3.1.1, NumPy 2.4.6.
#
# Why it matters: paired comparisons seed by seed, the usual way to compare schedulers, pair other seeds at
# each step, and a run that diverged disappears from the mean.
#
# Hyperfed writes a folder per variant and seed, and `comparison.csv` has a row for each run with its seed.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'tbparse==0.0.9' 'tensorboard==2.21.0' 'pandas==3.1.1' 'numpy==2.4.6'

cat > probe.py <<'PYTHON'
import math

from tbparse import SummaryReader
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.event_file_writer import EventFileWriter

# Eight runs of 100 steps; the value of run k is k at every step.
for run in range(8):
    writer = EventFileWriter(f"runs/seed-{run}")
    for step in range(100):
        value = math.nan if run == 7 and step == 99 else float(run)
        summary = Summary(value=[Summary.Value(tag="accuracy", simple_value=value)])
        writer.add_event(Event(wall_time=1000.0 + step, step=step, summary=summary))
    writer.close()

cells = SummaryReader("runs", pivot=True).scalars["accuracy"].tolist()
print("pivoted: each of the first 99 steps has all eight runs:", all(len(set(c)) == 8 for c in cells[:99]))
print("pivoted: the same order of runs in each of them:", all(list(c) == list(cells[0]) for c in cells[:99]))
print("pivoted: values at the step where one run is NaN:", len(cells[99]))
long = SummaryReader("runs").scalars
orders = [group["value"].tolist()[:7] for _, group in long.groupby("step")]
print("long: the same order of runs at each step:", all(order == orders[0] for order in orders))
named = SummaryReader("runs", pivot=True, extra_columns={"dir_name"}).scalars
print("pivoted with dir_name: each row has its own run's value:",
      bool(((named["dir_name"].str[-1].astype(int) == named["accuracy"]) | named["accuracy"].isna()).all()))
PYTHON

cat > expected.txt <<'TEXT'
pivoted: each of the first 99 steps has all eight runs: True
pivoted: the same order of runs in each of them: False
pivoted: values at the step where one run is NaN: 7
long: the same order of runs at each step: True
pivoted with dir_name: each row has its own run's value: True
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED tbparse-pivot-mixes-up-the-seeds: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED tbparse-pivot-mixes-up-the-seeds: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS tbparse-pivot-mixes-up-the-seeds, seen:"
cat seen.txt
