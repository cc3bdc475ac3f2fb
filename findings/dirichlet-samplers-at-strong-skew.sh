#!/usr/bin/env bash
# One would guess that a smaller alpha of a Dirichlet label skew always gives more skewed clients, and that
# the samplers of NumPy, SciPy and PyTorch agree but for their random numbers.
#
# What happens when alpha is about 0.001 or less: gamma draws underflow to 0.
# - numpy.random.dirichlet (the old functions, which FedLab, pfl and Plato call) and scipy.stats.dirichlet
#   then divide 0 by 0 and give rows of NaN: half of all rows at 0.0001 for ten clients, and at 0.0005
#   for two.
# - torch.distributions.Dirichlet gives exactly equal shares in the same places: the strongest skew asked
#   for becomes none at all, without a word.
# - numpy.random.Generator.dirichlet is right at any alpha.
#
# Seen with NumPy 2.4.6, SciPy 1.17.1, torch 2.13.0 (shares of 4,000 rows, rounded to a tenth).
#
# Why it matters: a sweep over alpha that ends with "0.001: extreme skew" can end with IID clients, and the
# curve over alpha turns round.
#
# Hyperfed draws in logarithms, so that a small alpha gives one client nearly all of a class;
# `hyperfed validate` prints classes per client and the measured skew.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'torch==2.13.0' 'scipy==1.17.1' 'numpy==2.4.6'

cat > probe.py <<'PYTHON'
import numpy as np
import torch
from scipy.stats import dirichlet

rows = 4000
np.random.seed(0)
torch.manual_seed(0)
generator = np.random.default_rng(0)
samplers = {
    "numpy.random.dirichlet": lambda a: np.random.dirichlet(a, rows),
    "scipy.stats.dirichlet": lambda a: dirichlet.rvs(a, rows, random_state=0),
    "numpy Generator.dirichlet": lambda a: generator.dirichlet(a, rows),
    "torch Dirichlet": lambda a: torch.distributions.Dirichlet(torch.tensor(a)).sample((rows,)).numpy()}
for clients, alpha in ((10, 0.1), (10, 0.01), (10, 0.0001), (2, 0.0005)):
    print(f"{clients} clients, alpha {alpha}")
    for name, sampler in samplers.items():
        with np.errstate(all="ignore"):
            q = np.asarray(sampler(np.full(clients, alpha)))
        nan = np.isnan(q).any(1)
        even = np.ptp(np.where(nan[:, None], [1.0] + [0.0] * (clients - 1), q), axis=1) < 1e-6
        skewed = (np.nan_to_num(q).max(1) > 0.99)
        print(f"  {name}: NaN {nan.mean():.1f}, exactly even {even.mean():.1f}, over 99 % to one client"
              f" {skewed.mean():.1f} of the rows")
PYTHON

cat > expected.txt <<'TEXT'
10 clients, alpha 0.1
  numpy.random.dirichlet: NaN 0.0, exactly even 0.0, over 99 % to one client 0.0 of the rows
  scipy.stats.dirichlet: NaN 0.0, exactly even 0.0, over 99 % to one client 0.0 of the rows
  numpy Generator.dirichlet: NaN 0.0, exactly even 0.0, over 99 % to one client 0.0 of the rows
  torch Dirichlet: NaN 0.0, exactly even 0.0, over 99 % to one client 0.0 of the rows
10 clients, alpha 0.01
  numpy.random.dirichlet: NaN 0.0, exactly even 0.0, over 99 % to one client 0.7 of the rows
  scipy.stats.dirichlet: NaN 0.0, exactly even 0.0, over 99 % to one client 0.7 of the rows
  numpy Generator.dirichlet: NaN 0.0, exactly even 0.0, over 99 % to one client 0.7 of the rows
  torch Dirichlet: NaN 0.0, exactly even 0.0, over 99 % to one client 0.7 of the rows
10 clients, alpha 0.0001
  numpy.random.dirichlet: NaN 0.5, exactly even 0.0, over 99 % to one client 0.5 of the rows
  scipy.stats.dirichlet: NaN 0.5, exactly even 0.0, over 99 % to one client 0.5 of the rows
  numpy Generator.dirichlet: NaN 0.0, exactly even 0.0, over 99 % to one client 1.0 of the rows
  torch Dirichlet: NaN 0.0, exactly even 0.5, over 99 % to one client 0.5 of the rows
2 clients, alpha 0.0005
  numpy.random.dirichlet: NaN 0.5, exactly even 0.0, over 99 % to one client 0.5 of the rows
  scipy.stats.dirichlet: NaN 0.5, exactly even 0.0, over 99 % to one client 0.5 of the rows
  numpy Generator.dirichlet: NaN 0.0, exactly even 0.0, over 99 % to one client 1.0 of the rows
  torch Dirichlet: NaN 0.0, exactly even 0.5, over 99 % to one client 0.5 of the rows
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED dirichlet-samplers-at-strong-skew: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED dirichlet-samplers-at-strong-skew: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS dirichlet-samplers-at-strong-skew, seen:"
cat seen.txt
