"""What SciPy makes of a table of cases: the yardstick of this project's statistics.

    pip install scipy==1.17.1 statsmodels==0.15.0 mpmath==1.3.0
    python3 scipy_statistics.py > Tests/Oracles/statistics.json

Equal versions give equal output. What SciPy does where the textbooks leave a choice, as seen with these versions:

- `wilcoxon` leaves zeros out, as this project does. With ties its method "exact" takes the distribution of ranks
  without ties (p 0.4375 for 1, 1, 2, -2, 3); the true one of the shared ranks is 0.375, which its default method and
  `PermutationMethod` give. This project counts over the shared ranks.
- `permutation_test` draws 9,999 permutations by default, so with 14 pairs and more its p is a drawn one.
  `n_resamples=inf` counts all of them.
- `ttest_1samp` gives NaN for differences that are all 0, and 0 for others that are all equal.
- `binomtest` refuses 0 trials; this project says 1.
- `t.ppf(0.49999, 4)` is wrong in the eighth digit and `t.sf(1e-9, 1)` is ½ exactly. mpmath's numbers with 40 digits
  take the place of all that are wrong by more than 1e-12, and standard error names them.
"""

import json
import sys
import warnings

import mpmath
import numpy as np
from scipy import integrate, special, stats
from statsmodels.stats.multitest import multipletests

warnings.simplefilter("ignore")


def quantiles():
    degrees = [0.5, 1, 2, 2.5, 3, 4, 5, 7, 9, 10, 19, 29, 99, 999, 1e6]
    shares = [1e-12, 1e-6, 0.001, 0.025, 0.1, 0.25, 0.4, 0.49999, 0.6, 0.75, 0.8, 0.9, 0.975, 0.995, 0.999999]
    return [[nu, p, checked("t.ppf", nu, p, stats.t.ppf(p, nu), quantile)] for nu in degrees for p in shares]


def tails():
    degrees = [0.5, 1, 2, 2.5, 3, 4, 5, 7, 9, 10, 19, 29, 99, 999, 1e6]
    values = [1e-9, 0.01, 0.3, 0.7, 1, 1.5, 2, 2.5, 3.2, 5, 8, 30, 1000]
    return [[nu, t, checked("2 t.sf", nu, t, 2 * stats.t.sf(t, nu), tail)] for nu in degrees for t in values]


def tail(nu, t):
    """P(|T| > t) with 40 digits."""
    nu, t = mpmath.mpf(nu), mpmath.mpf(t)
    inside = mpmath.betainc(mpmath.mpf(1) / 2, nu / 2, 0, t * t / (nu + t * t), regularized=True)
    # Where the tail is small, it is computed itself.
    if inside < 0.9:
        return 1 - inside
    return mpmath.betainc(nu / 2, mpmath.mpf(1) / 2, 0, nu / (nu + t * t), regularized=True)


def quantile(nu, p):
    """t with P(T <= t) = p: one Newton step from SciPy's number doubles its digits; three are enough."""
    wanted = mpmath.mpf(p)
    t = mpmath.mpf(float(stats.t.ppf(p, nu)))
    for _ in range(3):
        below = tail(nu, abs(t)) / 2 if t < 0 else 1 - tail(nu, t) / 2
        density = mpmath.exp(-(nu + 1) / mpmath.mpf(2) * mpmath.log1p(t * t / nu)) / (
            mpmath.sqrt(nu) * mpmath.beta(mpmath.mpf(nu) / 2, mpmath.mpf(1) / 2))
        t -= (below - wanted) / density
    return t


def checked(name, nu, x, value, exact):
    """SciPy's number, or mpmath's. The series of mpmath converges too slowly for a million degrees of freedom."""
    if nu > 1e4:
        return float(value)
    with mpmath.workdps(40):
        right = float(exact(nu, x))
    if abs(value - right) > 1e-12 * abs(right):
        print(f"{name}({x}, {nu}): SciPy says {float(value)!r}, right is {right!r}", file=sys.stderr)
    return right if abs(value - right) > 1e-12 * abs(right) else float(value)


def betas():
    arguments = [0.5, 1, 1.5, 3, 10, 20, 37.5, 400, 1e5]
    shares = [1e-6, 0.01, 0.2, 0.5, 0.7, 0.99]
    table = [[a, b, x, float(special.betainc(a, b, x))] for a in arguments for b in arguments for x in shares]
    return [row for row in table if row[3] > 1e-290]


def samples():
    generator = np.random.default_rng(20261130)
    lists = [
        [0.1, 0.2, 0.3], [1.9, 2.6, 3.5], [-0.2, 0.4, 0.5], [0.0, 0.0, 1.0], [1.0, 1.0, 2.0, -2.0, 3.0],
        [0.0, 1.0, 2.0, -3.0, 4.0], [1.0, -1.0, 0.0, 2.0], [5.0, 5.0, 5.0, 5.0], [0.0, 0.0, 0.0], [-1.0, -1.0, -2.0],
        [2.5, 2.5, 2.5, -2.5, -2.5, -2.5], [1e-9, 2e-9, -3e-9, 5e-9], [3.0, 1e6, -2e6, 4e6, 1.0],
    ]
    for count in [3, 4, 5, 6, 7, 8, 10, 12, 13, 16, 20, 25, 26, 30, 60]:
        lists.append([round(float(x), 3) for x in generator.normal(0.4, 1, count)])
    # Whole numbers: many ties and zeros.
    for count in [5, 8, 11, 14, 40]:
        lists.append([float(x) for x in generator.integers(-3, 6, count)])
    return [sample(values) for values in lists]


def sample(values):
    array = np.array(values)
    count = len(values)
    deviation = array.std(ddof=1)
    half = stats.t.ppf(0.975, count - 1) * deviation / np.sqrt(count)
    result = {
        "values": values, "mean": float(array.mean()), "deviation": float(deviation),
        "interval": [float(array.mean() - half), float(array.mean() + half)],
        "t_p": float(stats.ttest_1samp(array, 0).pvalue), "needed": needed(array),
        "deciles": [float(x) for x in np.percentile(array, [0, 2.5, 10, 50, 66, 97.5, 100])],
    }
    result["t_p"] = result["t_p"] if np.isfinite(result["t_p"]) else None
    if count <= 16:
        test = stats.permutation_test(
            (array,), lambda x, axis=-1: np.sum(x, axis=axis), permutation_type="samples", n_resamples=np.inf)
        result["flip_p"] = float(test.pvalue)
    left = array[array != 0]
    larger = max((left > 0).sum(), (left < 0).sum())
    if len(left) > 0:
        result["sign_p"] = min(1.0, 2 * float(stats.binom.sf(larger - 1, len(left), 0.5)))
        assert len(left) < 1 or np.isclose(result["sign_p"], stats.binomtest(int(larger), len(left)).pvalue)
    has_ties = len(set(np.abs(left))) < len(left)
    if len(left) > 25:
        result["wilcoxon_p"] = float(stats.wilcoxon(left, method="asymptotic", correction=False).pvalue)
    elif not has_ties and len(left) > 0:
        result["wilcoxon_p"] = float(stats.wilcoxon(left, method="exact").pvalue)
    elif 0 < len(left) <= 16:
        method = stats.PermutationMethod(n_resamples=np.inf)
        result["wilcoxon_p"] = float(stats.wilcoxon(left, method=method).pvalue)
    if 3 <= count <= 12 and deviation > 0:
        drawn = stats.bootstrap(
            (array,), np.mean, method="percentile", n_resamples=200_000, rng=np.random.default_rng(1))
        result["bootstrap"] = [float(drawn.confidence_interval.low), float(drawn.confidence_interval.high)]
    return result


def needed(array):
    """For 1 and for 5 comparisons; 0 where 100 seeds are too few, None where it has no meaning."""
    mean, deviation = abs(array.mean()), array.std(ddof=1)
    if mean == 0 and deviation == 0:
        return None
    result = []
    for comparisons in [1, 5]:
        counts = np.arange(3, 101)
        factors = stats.t.ppf(1 - 0.025 / comparisons, counts - 1) + stats.t.ppf(0.8, counts - 1)
        enough = counts[factors * deviation / np.sqrt(counts) <= mean]
        result.append(int(enough[0]) if len(enough) else 0)
    return result


def holm():
    lists = [[0.01, 0.04, 0.03, 0.005], [0.5], [0.2, 0.2, 0.2], [0.9, 0.001, 0.6, 0.02, 0.02], [1.0, 0.0, 0.05]]
    return [[values, [float(x) for x in multipletests(values, method="holm")[1]]] for values in lists]


def survival():
    cases = [
        ([3, 5, 5, 8], []), ([3, 5], [8, 8]), ([3], [8, 8]), ([], [8, 8, 8]), ([2, 4, 6, 9], [3, 6, 7]),
        ([101, 129, 206], []), ([32], [14, 300]), ([10, 20, 30, 40, 50], [15, 15, 60]),
    ]
    table = []
    for arrived, censored in cases:
        data = stats.CensoredData(uncensored=np.array(arrived, float), right=np.array(censored, float))
        curve = stats.ecdf(data).sf
        steps = [[float(t), float(s)] for t, s in zip(curve.quantiles, curve.probabilities) if t in arrived]
        below = [t for t, s in steps if s <= 0.5 + 1e-12]
        table.append({"arrived": arrived, "censored": censored, "steps": steps, "median": below[0] if below else None})
    return table


def areas():
    cases = [([1, 2, 3], [0.1, 0.5, 0.6]), ([5, 10, 20, 21], [0.2, 0.4, 0.1, 0.9]), ([1, 100], [0.3, 0.7])]
    return [[x, y, float(integrate.trapezoid(y, x) / (x[-1] - x[0]))] for x, y in cases]


if __name__ == "__main__":
    versions = {"scipy": __import__("scipy").__version__, "numpy": np.__version__}
    table = {
        "versions": versions, "t_quantiles": quantiles(), "t_tails": tails(), "incomplete_beta": betas(),
        "samples": samples(), "holm": holm(), "survival": survival(), "areas": areas(),
    }
    json.dump(table, sys.stdout, allow_nan=False)
    print()
