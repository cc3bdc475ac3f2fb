#!/usr/bin/env bash
# One would guess that ASHA in Ray Tune stops a trial whose loss is NaN at its first rung, as the worst of all.
#
# What happens: a trial is stopped if its result is below a cutoff, and no comparison with NaN is true. So
# diverged trials get the whole budget, as only the best of the sound ones do. Diverged trials that report
# infinity are stopped below. (As the first two trials of a rung they run to the end, too.)
#
# Seen with ray 2.60.0, NumPy 2.4.6.
#
# Why it matters: in a sweep over rates those that diverge at once cost the most, and "how many rounds a
# rate was given" says nothing. End a trial when its loss is not finite.
#
# Hyperfed fails a run at the first loss that is not finite, with its round, client, step and rate.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'ray==2.60.0' 'numpy==2.4.6' 'pandas==3.1.1' 'pyarrow==26.0.1' 'fsspec==2026.9.0' 'pydantic==2.14.4' 'tensorboardX==2.6.5' 'requests==2.34.2'

cat > probe.py <<'PYTHON'
import logging
import os

import ray
from ray import tune

seen = os.fdopen(os.dup(1), "w")  # Ray's own processes print too
os.dup2(os.open("console.txt", os.O_WRONLY | os.O_CREAT), 1)
ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False, logging_level=logging.CRITICAL,
         object_store_memory=80 * 1024 * 1024, _temp_dir=os.getcwd() + "/ray")


def train(trial):
    """Gradient descent on the square of one weight, for up to 27 rounds."""
    weight = 1.0
    for _ in range(27):
        weight -= trial["lr"] * 2 * weight
        loss = weight * weight
        tune.report({"loss": loss if loss < 1e6 else float(trial["diverged"])})


for diverged in ("nan", "inf"):
    results = tune.Tuner(
        train, param_space={"lr": tune.grid_search([0.4, 0.3, 3000, 0.1, 1000, 0.01]), "diverged": diverged},
        tune_config=tune.TuneConfig(
            metric="loss", mode="min", max_concurrent_trials=1,
            scheduler=tune.schedulers.ASHAScheduler(max_t=27, grace_period=1, reduction_factor=3)),
        run_config=tune.RunConfig(storage_path=os.getcwd(), verbose=0)).fit()
    for result in results:
        print(f"diverged runs report {diverged}, lr {result.config['lr']}: {result.metrics['training_iteration']}"
              f" of 27 rounds, last loss {result.metrics['loss']:.2g}", file=seen)
ray.shutdown()
PYTHON

cat > expected.txt <<'TEXT'
diverged runs report nan, lr 0.4: 27 of 27 rounds, last loss 1.8e-38
diverged runs report nan, lr 0.3: 1 of 27 rounds, last loss 0.16
diverged runs report nan, lr 3000: 27 of 27 rounds, last loss nan
diverged runs report nan, lr 0.1: 1 of 27 rounds, last loss 0.64
diverged runs report nan, lr 1000: 27 of 27 rounds, last loss nan
diverged runs report nan, lr 0.01: 1 of 27 rounds, last loss 0.96
diverged runs report inf, lr 0.4: 27 of 27 rounds, last loss 1.8e-38
diverged runs report inf, lr 0.3: 1 of 27 rounds, last loss 0.16
diverged runs report inf, lr 3000: 1 of 27 rounds, last loss inf
diverged runs report inf, lr 0.1: 1 of 27 rounds, last loss 0.64
diverged runs report inf, lr 1000: 1 of 27 rounds, last loss inf
diverged runs report inf, lr 0.01: 1 of 27 rounds, last loss 0.96
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED ray-asha-runs-diverged-trials-to-the-end: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED ray-asha-runs-diverged-trials-to-the-end: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS ray-asha-runs-diverged-trials-to-the-end, seen:"
cat seen.txt
