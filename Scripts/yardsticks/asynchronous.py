"""FedBuff, FedAsync and semi-synchronous rounds on a simulated clock, in plain NumPy.

    python3 asynchronous.py > Tests/Oracles/asynchronous.json

Written from the papers (Nguyen et al. 2022, arXiv 2106.06639; Xie et al. 2019, arXiv 1903.03934), without the
Swift code. Six clients have quadratic losses of three parameters,

    f_i(w) = sum_j h_ij (w_j - b_ij)^2 / 2,   h_ij = 1 + (i + 2 j) mod 4,   b_ij = (i - 2.5) (j + 1) / 4

and take K_i = 1 + i mod 3 steps of gradient descent. All six are always at work, so no draw is needed: client i
needs samples_i / 10 s. At one time updates arrive in client order, then the server steps, then clients start.
A client whose update waits for the server step does not start. Each row is one server step: its clients with
their staleness, its seconds, both rates and the model after it.
"""

import heapq
import json

import numpy as np

SAMPLES = [30, 10, 25, 50, 80, 15]
CLIENTS = len(SAMPLES)
START = np.array([1.0, -2.0, 0.5])
RATE = 0.125
CURVATURE = np.array([[1 + (i + 2 * j) % 4 for j in range(3)] for i in range(CLIENTS)], float)
MINIMUM = np.array([[(i - 2.5) * (j + 1) / 4 for j in range(3)] for i in range(CLIENTS)])

CASES = [
    {"mode": "{ kind: async, buffer: 2 }", "K": 2, "s": ("polynomial", 0.5), "weighting": "uniform"},
    {"mode": "{ kind: async, buffer: 3, largest_staleness: 2, staleness: { kind: hinge, from: 0, slope: 0.5 } }",
     "K": 3, "s": ("hinge", 0, 0.5), "limit": 2, "weighting": "samples", "scheduler": "{ kind: fedhyper_g, form: paper }"},
    {"mode": "{ kind: async, buffer: 2, staleness: { kind: polynomial, exponent: 1 } }", "K": 2, "s": ("polynomial", 1),
     "weighting": "samples", "scheduler": "{ kind: fedexp, average_last_two: false }"},
    {"mode": "{ kind: async, buffer: 2, staleness: constant }", "K": 2, "s": ("constant",), "weighting": "uniform",
     "scheduler": "{ kind: fedhyper_sl, form: paper, step: additive, hyper_rate: 0.02 }"},
    {"mode": "{ kind: async, buffer: 2 }", "K": 2, "s": ("polynomial", 0.5), "weighting": "uniform",
     "scheduler": "{ kind: exponential, factor: 0.9 }"},
    {"mode": "{ kind: async, method: fedasync }", "K": 1, "mixing": 0.6, "s": ("polynomial", 0.5), "weighting": "uniform"},
    {"mode": "{ kind: async, method: fedasync, mixing: 0.9, staleness: { kind: hinge, from: 2, slope: 2 } }",
     "K": 1, "mixing": 0.9, "s": ("hinge", 2, 2.0), "weighting": "samples", "scheduler": "{ kind: fedhyper_g, form: paper }"},
    {"mode": "{ kind: semi_sync }", "form": "semi", "K": 6, "deadline": 3.0, "s": ("polynomial", 0.5), "weighting": "samples"},
    {"mode": "{ kind: semi_sync, count: 3, largest_staleness: 1 }", "form": "semi", "K": 3, "limit": 1, "s": ("polynomial", 0.5),
     "weighting": "uniform", "scheduler": "{ kind: fedhyper_g, form: paper }"},
]


def staleness_weight(s, tau):
    if s[0] == "constant":
        return 1.0
    if s[0] == "polynomial":
        return (1.0 + tau) ** -s[1]
    return 1.0 if tau <= s[1] else 1.0 / (s[2] * (tau - s[1]) + 1)


def train(i, w, rate):
    start = w
    for _ in range(1 + i % 3):
        w = w - rate * CURVATURE[i] * (w - MINIMUM[i])
    return w - start


class Clock:
    """Who is at work since which version, and when updates arrive."""

    def __init__(self):
        self.queue, self.now = [], 0.0

    def start(self, version, busy):
        working = {client for _, client, _ in self.queue} | busy
        for client in range(CLIENTS):
            if client not in working:
                heapq.heappush(self.queue, (self.now + SAMPLES[client] / 10, client, version))

    def round(self, version, case):
        limit, arrived, dropped = case.get("limit", 10**9), [], []
        begin = self.now
        semi = case.get("form") == "semi"
        if semi:
            self.start(version, set())
        end = begin + case["deadline"] if "deadline" in case else float("inf")
        while len(arrived) < case["K"]:
            if not semi and (not self.queue or self.queue[0][0] != self.now):
                self.start(version, {client for client, _ in arrived})
            if not self.queue or self.queue[0][0] > end:
                break
            self.now, client, begun = heapq.heappop(self.queue)
            (arrived if version - begun <= limit else dropped).append((client, version - begun))
        if len(arrived) < case["K"] and "deadline" in case:
            self.now = end
        return sorted(arrived), sorted(dropped), self.now - begin


def run(case, steps=14):
    clock, w, before, rows = Clock(), START, None, []
    alpha, beta = 1.0, RATE
    models, rates = {}, {}
    scheduler = case.get("scheduler", "constant")
    for t in range(steps):
        if "exponential" in scheduler:
            beta = RATE * 0.9**t
        models[t], rates[t] = w, beta
        arrived, dropped, seconds = clock.round(t, case)
        sent = beta
        if arrived:
            weights = np.array([SAMPLES[i] if case["weighting"] == "samples" else 1 for i, _ in arrived], float)
            weights /= weights.sum()
            parts = []
            for i, tau in arrived:
                update = train(i, models[t - tau], rates[t - tau])
                factor = staleness_weight(case["s"], tau)
                if "mixing" in case:  # (1 - a s) w + a s w_i
                    update = update + models[t - tau] - w
                    factor *= case["mixing"]
                parts.append(factor * update)
            delta = sum(p * part for p, part in zip(weights, parts))
            if "fedhyper_g" in scheduler and before is not None:
                alpha = min(3.0, max(1 / 3, alpha + delta @ before))
            if "fedhyper_sl" in scheduler and before is not None:
                beta = min(10 * RATE, max(RATE / 10, beta + 0.02 * (delta @ before)))
            if "fedexp" in scheduler:
                mean = sum(p * (part @ part) for p, part in zip(weights, parts))
                alpha = max(1.0, mean / (2 * (delta @ delta + 1e-3)))
            w = w + alpha * delta
            before = delta
        rows.append({
            "clients": [i for i, _ in arrived], "staleness": [tau for _, tau in arrived],
            "dropped": [i for i, _ in dropped], "seconds": seconds,
            "localRate": sent, "globalRate": alpha, "model": w.tolist()})
    return rows


if __name__ == "__main__":
    runs = [{"mode": c["mode"], "deadline": c.get("deadline"), "weighting": c["weighting"],
             "scheduler": c.get("scheduler", "constant"), "rows": run(c)} for c in CASES]
    head = {"samples": SAMPLES, "curvature": CURVATURE.tolist(), "minimum": MINIMUM.tolist(),
            "start": START.tolist(), "rate": RATE}
    print(json.dumps({**head, "runs": runs}))
