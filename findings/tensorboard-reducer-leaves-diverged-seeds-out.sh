#!/usr/bin/env bash
# One would guess that the mean over seeds is NaN where one of them is NaN, or that tensorboard-reducer asks,
# as it does for runs of unequal length.
#
# What happens: values that are NaN are left out of the mean, the deviation and the minimum without a word.
# Of three seeds, one of which diverged, the mean is that of the other two. Runs of unequal length are an
# error by default; with strict_steps=False the means end with the shortest run, with min_runs_per_step
# they go on with the runs that are left.
#
# Seen with tensorboard-reducer 0.4.0, tensorboard 2.21.0, pandas 3.1.1, NumPy 2.4.6.
#
# Why it matters: the larger the rate, the more seeds diverge, and the better the mean of those left looks: a
# sweep over rates then favours the rate at the edge.
#
# Hyperfed counts a diverged run as a constant prediction in its gains, and tells how many there were.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'tensorboard-reducer==0.4.0' 'tensorboard==2.21.0' 'pandas==3.1.1' 'numpy==2.4.6'

cat > probe.py <<'PYTHON'
import math

import tensorboard_reducer
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.event_file_writer import EventFileWriter

runs = {"a": [0.5, 0.75, 0.5], "b": [0.5, 0.25, 1.0], "c": [0.5, 0.5, math.nan]}
for name, values in runs.items():
    writer = EventFileWriter(name)
    for step, value in enumerate(values):
        summary = Summary(value=[Summary.Value(tag="accuracy", simple_value=value)])
        writer.add_event(Event(wall_time=1000.0 + step, step=step, summary=summary))
    writer.close()
events = tensorboard_reducer.load_tb_events(list(runs), verbose=False)
for name, reduced in tensorboard_reducer.reduce_events(events, ["mean", "std", "min"], verbose=False).items():
    print(f"{name} of three runs: {[round(v, 4) for v in reduced['accuracy'].tolist()]}")
PYTHON

cat > expected.txt <<'TEXT'
mean of three runs: [0.5, 0.5, 0.75]
std of three runs: [0.0, 0.25, 0.3536]
min of three runs: [0.5, 0.25, 0.5]
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED tensorboard-reducer-leaves-diverged-seeds-out: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED tensorboard-reducer-leaves-diverged-seeds-out: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS tensorboard-reducer-leaves-diverged-seeds-out, seen:"
cat seen.txt
