#!/usr/bin/env bash
# One would guess that a NaN among the results, from a run that diverged, makes autorank stop, or leave the seed
# out for all variants.
#
# What happens: the p-value is NaN, and since NaN is not at or above 0.05 the report says "We reject the null
# hypothesis (p=nan)". Of two variants that differ by chance only (p = 0.79) the one with the higher mean of the
# runs that are left is "significantly larger". The rank of the diverged run counts for nobody: the variant's
# mean rank is that of its other seeds. Fewer than five seeds are an error.
#
# Seen with autorank 1.3.0, SciPy 1.17.1, pandas 2.3.3, NumPy 2.4.6.
#
# Why it matters: one diverged run of any variant makes any study significant, and the text can be pasted into a
# paper as it is.
#
# Hyperfed: a pair counts only if both runs finished; failed runs are counted beside it and named first.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'numpy==2.4.6' 'scipy==1.17.1' 'pandas==2.3.3' 'autorank==1.3.0'

cat > probe.py <<'PYTHON'
import contextlib
import io
import re

import numpy as np
import pandas as pd
from autorank import autorank, create_report

draw = np.random.default_rng(7)
noise = pd.DataFrame({name: np.round(draw.normal(0.75, 0.02, 5), 4) for name in ("a", "b")})
diverged = noise.copy()
diverged.loc[2, "b"] = np.nan


def report(table):
    with contextlib.redirect_stdout(io.StringIO()) as text:
        result = autorank(table, verbose=False)
        create_report(result)
    return result, re.findall(r"We (?:failed to )?reject the null hypothesis [^:]*? of the .*", text.getvalue())


for name, table in (("five seeds of noise", noise), ("the same, one run NaN", diverged)):
    result, found = report(table)
    verdict = found[-1].split("Therefore, we assume that ")
    print(f"{name}: p = {result.pvalue:.2f}, mean ranks"
          f" { {k: round(float(v), 2) for k, v in sorted(result.rankdf.meanrank.items())} }")
    print(f"  {re.match(r'We .*? hypothesis .p=[0-9a-z.]+.', verdict[0]).group()} ... {verdict[1]}")
PYTHON

cat > expected.txt <<'TEXT'
five seeds of noise: p = 0.79, mean ranks {'a': 1.4, 'b': 1.6}
  We failed to reject the null hypothesis (p=0.789) ... there is no statistically significant difference between the mean values of the populations.
the same, one run NaN: p = nan, mean ranks {'a': 1.2, 'b': 1.75}
  We reject the null hypothesis (p=nan) ... the mean value of a is significantly larger than the mean value of b with a medium effect size (d=-0.555).
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED autorank-decides-by-one-diverged-seed: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED autorank-decides-by-one-diverged-seed: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS autorank-decides-by-one-diverged-seed, seen:"
cat seen.txt
