#!/usr/bin/env bash
# One would guess that "95 % bootstrap interval of three seeds" is one thing, about the range of the three values,
# and the same in each call.
#
# What happens with gains of 1.0, 1.2 and 3.0 points: three values have only ten different resamples, and the
# defaults differ. rliable's percentiles are the range, SciPy's and pingouin's BCa nearly so (1.1 to 3.0);
# resample's and arch's BCa say 1.0 to 2.4; the defaults of arch ("basic") and bootstrapped ("pivotal") mirror
# the percentiles, 0.5 to 2.5: the best seed lies outside, and the lower end is below all seeds. resample draws
# 100 resamples unless told otherwise, and its percentiles change with the seed of the generator. Percentiles
# and their mirror image contain the true mean in 75 of 100 studies of normal values, not in 95.
#
# Seen with SciPy 1.17.1, arch 7.2.0, resample 1.10.3, bootstrapped 0.0.2, pingouin 0.7.0, rliable 1.2.0,
# pandas 2.3.3, NumPy 2.4.6.
#
# Why it matters: the same three runs are "0.5 to 2.5" in one paper and "1.0 to 3.0" in another; Student's
# interval is -1.0 to 4.5 and does cover. Say which bootstrap it was, and give t intervals below eight seeds.
#
# Hyperfed shows t intervals; percentile intervals are in `summary.csv` beside them.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'numpy==2.4.6' 'scipy==1.17.1' 'pandas==2.3.3' 'arch==7.2.0' 'resample==1.10.3' 'bootstrapped==0.0.2' 'pingouin==0.7.0' 'rliable==1.2.0'

cat > probe.py <<'PYTHON'
import bootstrapped.bootstrap
import bootstrapped.stats_functions
import numpy as np
import pingouin
import resample.bootstrap
import rliable.library
from arch.bootstrap import IIDBootstrap
from scipy import stats


def student(x):
    half = stats.t.ppf(0.975, len(x) - 1) * x.std(ddof=1) / np.sqrt(len(x))
    return x.mean() - half, x.mean() + half


def pivotal(x, **options):
    np.random.seed(1)
    found = bootstrapped.bootstrap.bootstrap(x, stat_func=bootstrapped.stats_functions.mean, **options)
    return found.lower_bound, found.upper_bound


def iqm(x):
    random = np.random.RandomState(1)
    mean = lambda runs: np.array([runs.mean()])
    return rliable.library.get_interval_estimates({"a": x.reshape(-1, 1)}, mean, reps=2000, random_state=random)[1]["a"]


intervals = {
    "Student's t": student,
    "scipy, BCa (default)": lambda x: stats.bootstrap((x,), np.mean, rng=np.random.default_rng(1)).confidence_interval,
    "pingouin, BCa (default)": lambda x: pingouin.compute_bootci(x, func="mean", seed=1, decimals=4),
    "rliable, percentiles": iqm,
    "resample, BCa (default)": lambda x: resample.bootstrap.confidence_interval(np.mean, x, random_state=1),
    "resample, percentiles, seed 1":
        lambda x: resample.bootstrap.confidence_interval(np.mean, x, ci_method="percentile", random_state=1),
    "resample, percentiles, seed 2":
        lambda x: resample.bootstrap.confidence_interval(np.mean, x, ci_method="percentile", random_state=2),
    "arch, BCa": lambda x: IIDBootstrap(x, seed=1).conf_int(np.mean, 2000, method="bca"),
    "arch, basic (default)": lambda x: IIDBootstrap(x, seed=1).conf_int(np.mean, 2000),
    "bootstrapped, pivotal (default)": pivotal,
}
gains = np.array([1.0, 1.2, 3.0])
for name, interval in intervals.items():
    low, high = np.ravel(interval(gains))
    print(f"{name}: {low:.1f} to {high:.1f}")

draws = np.random.default_rng(1).normal(0, 1, (4000, 3))
resamples = draws[:, np.array(np.meshgrid(*[range(3)] * 3)).reshape(3, -1)].mean(1)
low, high = np.quantile(resamples, [0.025, 0.975], axis=1, method="inverted_cdf")
mean = draws.mean(1)
print(f"all 27 resamples, 4000 studies: percentiles contain the true mean in {np.mean((low < 0) & (high > 0)):.0%},"
      f" basic in {np.mean((2 * mean - high < 0) & (2 * mean - low > 0)):.0%},"
      f" Student's t in {np.mean([a < 0 < b for a, b in map(student, draws)]):.0%}")
PYTHON

cat > expected.txt <<'TEXT'
Student's t: -1.0 to 4.5
scipy, BCa (default): 1.1 to 3.0
pingouin, BCa (default): 1.1 to 3.0
rliable, percentiles: 1.0 to 3.0
resample, BCa (default): 1.0 to 2.4
resample, percentiles, seed 1: 1.1 to 2.4
resample, percentiles, seed 2: 1.0 to 3.0
arch, BCa: 1.0 to 2.4
arch, basic (default): 0.5 to 2.5
bootstrapped, pivotal (default): 0.5 to 2.5
all 27 resamples, 4000 studies: percentiles contain the true mean in 75%, basic in 75%, Student's t in 95%
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED bootstrap-defaults-on-three-seeds: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED bootstrap-defaults-on-three-seeds: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS bootstrap-defaults-on-three-seeds, seen:"
cat seen.txt
