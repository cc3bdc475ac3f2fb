#!/usr/bin/env bash
# One would guess that a loss of infinity that was logged comes back as infinity, as it does from MLflow's
# file store.
#
# What happens: MLflow's database store returns the largest double, 1.7976931348623157e+308,
# for infinity and its negative for minus infinity; NaN comes back as NaN. A test with isinf or isfinite
# takes the run for a sound one, and a mean over runs overflows or is dominated by it.
#
# Seen with mlflow-skinny 3.17.2, SQLAlchemy 2.1.9 (SQLite).
#
# Why it matters: learning-rate studies have diverged runs by design, and infinite losses are how they end.
# Filter by `< 1e300`, or log a flag of your own.
#
# Hyperfed does not go on with a loss that is not finite: the run fails with its round, client, step and
# rate, `run.json` says so, and a comparison counts it.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'mlflow-skinny==3.17.2' 'sqlalchemy==2.1.9' 'alembic==1.20.1'

cat > probe.py <<'PYTHON'
import logging
import math
import os

logging.disable(logging.CRITICAL)
os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
import mlflow

for store in ("sqlite:///runs.db", "file:./runs"):
    mlflow.set_tracking_uri(store)
    with mlflow.start_run() as run:
        for step, loss in enumerate([2.3, math.inf, math.nan, -math.inf]):
            mlflow.log_metric("loss", loss, step=step)
    history = mlflow.MlflowClient().get_metric_history(run.info.run_id, "loss")
    print(store.split(":")[0], [m.value for m in sorted(history, key=lambda m: m.step)])
PYTHON

cat > expected.txt <<'TEXT'
sqlite [2.3, 1.7976931348623157e+308, nan, -1.7976931348623157e+308]
file [2.3, inf, nan, -inf]
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED mlflow-makes-infinite-losses-finite: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED mlflow-makes-infinite-losses-finite: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS mlflow-makes-infinite-losses-finite, seen:"
cat seen.txt
