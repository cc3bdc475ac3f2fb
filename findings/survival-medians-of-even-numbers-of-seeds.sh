#!/usr/bin/env bash
# One would guess that the packages for survival analysis agree on the median of "rounds to target": the first
# round by which half of the seeds have arrived, seeds that never arrive being censored.
#
# What happens: with an even number of seeds the curve meets 0.5 exactly, and there they part. statsmodels wants
# to be *below* 0.5 and goes on to the next arrival. lifelines wants at most 0.5, but multiplies by logarithms
# and misses it by the last bit: right for 4 seeds, the next arrival for 6, 8, 14, 18 and 20.
# scikit-survival and SciPy's ecdf are right up to 22 seeds and miss in the same way from 24 on. If exactly half
# of six seeds arrive, lifelines says infinite, statsmodels NaN, the others 60.
#
# Seen with lifelines 0.30.3, statsmodels 0.15.0, scikit-survival 0.28.0, SciPy 1.17.1, NumPy 2.4.6.
#
# Why it matters: two papers with the same runs differ by a whole gap between seeds, and the direction is always
# that of "slower". Compare the survival with 0.5 + 1e-9, or take the ceil(n/2)-th round where all have the
# same budget.
#
# Hyperfed compares with a tolerance; its median is the ceil(n/2)-th round, censored runs last.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'numpy==2.4.6' 'scipy==1.17.1' 'pandas==2.3.3' 'statsmodels==0.15.0' 'lifelines==0.30.3' 'scikit-survival==0.28.0'

cat > probe.py <<'PYTHON'
import numpy as np
from lifelines import KaplanMeierFitter
from scipy.stats import CensoredData, ecdf
from sksurv.nonparametric import kaplan_meier_estimator
from statsmodels.duration.survfunc import SurvfuncRight


def first(rounds, survival):
    return rounds[survival <= 0.5][0] if (survival <= 0.5).any() else np.inf


def medians(rounds, arrived):
    rounds, arrived = np.array(rounds, float), np.array(arrived, bool)
    curve = ecdf(CensoredData(uncensored=rounds[arrived], right=rounds[~arrived])).sf
    return {"lifelines": KaplanMeierFitter().fit(rounds, arrived).median_survival_time_,
            "statsmodels": SurvfuncRight(rounds, arrived.astype(int)).quantile(0.5),
            "scikit-survival": first(*kaplan_meier_estimator(arrived, rounds)),
            "SciPy": first(curve.quantiles, curve.probabilities)}


for rounds, arrived in (([40, 60, 80], [1, 1, 1]), ([40, 60, 80, 100], [1, 1, 1, 1]),
                        ([40, 60, 100, 100], [1, 1, 0, 0]), ([40, 50, 60, 70, 80, 90], [1] * 6),
                        ([40, 50, 60, 100, 100, 100], [1, 1, 1, 0, 0, 0])):
    shown = ", ".join(f"{r}" if a else f"> {r}" for r, a in zip(rounds, arrived))
    print(f"{shown}: " + ", ".join(f"{k} {v:g}" for k, v in medians(rounds, arrived).items()))
late = {name: [] for name in medians([1], [1])}
for n in range(2, 41, 2):
    for name, median in medians(range(1, n + 1), [1] * n).items():
        late[name] += [n] if median == n // 2 + 1 else []
for name, counts in late.items():
    print(f"{name}, one arrival too late with this many seeds of 2 to 40: {counts}")
PYTHON

cat > expected.txt <<'TEXT'
40, 60, 80: lifelines 60, statsmodels 60, scikit-survival 60, SciPy 60
40, 60, 80, 100: lifelines 60, statsmodels 80, scikit-survival 60, SciPy 60
40, 60, > 100, > 100: lifelines 60, statsmodels nan, scikit-survival 60, SciPy 60
40, 50, 60, 70, 80, 90: lifelines 70, statsmodels 70, scikit-survival 60, SciPy 60
40, 50, 60, > 100, > 100, > 100: lifelines inf, statsmodels nan, scikit-survival 60, SciPy 60
lifelines, one arrival too late with this many seeds of 2 to 40: [6, 8, 14, 18, 20]
statsmodels, one arrival too late with this many seeds of 2 to 40: [2, 4, 6, 8, 10, 14, 16, 20, 22, 24, 26, 28, 30, 32, 34, 36, 38, 40]
scikit-survival, one arrival too late with this many seeds of 2 to 40: [24, 28, 30, 38]
SciPy, one arrival too late with this many seeds of 2 to 40: []
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED survival-medians-of-even-numbers-of-seeds: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED survival-medians-of-even-numbers-of-seeds: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS survival-medians-of-even-numbers-of-seeds, seen:"
cat seen.txt
