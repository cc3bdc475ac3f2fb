"""Packed forms of compressed updates and error feedback, in plain NumPy.

    python3 compression.py > Tests/Oracles/compression.json

Written from Documentation/Compression.md and its sources, without the Swift code: NumPy's float16 for fp16, sorting
for top_k, sets for rand_k. Random numbers are those of Philox4x32-10 (Salmon et al. 2011) with the counter
(block, round, client, purpose) and the two halves of the seed as the key. Each case has a vector, the packed form in
hexadecimal and what arrives. Each run of error feedback has three updates of one client, what arrives of each, and
the error after the last one.
"""

import json

import numpy as np

F = np.float32
COMPRESSION = 16
MASK = 0xFFFFFFFF


def philox(counter, key):
    c, k = list(counter), list(key)
    for _ in range(10):
        a, b = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(b >> 32) ^ c[1] ^ k[0], b & MASK, (a >> 32) ^ c[3] ^ k[1], a & MASK]
        k = [(k[0] + 0x9E3779B9) & MASK, (k[1] + 0xBB67AE85) & MASK]
    return c


def stream(seed, client=0, round=0, purpose=COMPRESSION):
    block = 0
    while True:
        w = philox((block, round, client, purpose), (seed & MASK, seed >> 32))
        yield w[1] << 32 | w[0]
        yield w[3] << 32 | w[2]
        block += 1


def below(bits, bound):
    """Lemire 2019: the high half of bound times 64 bits, without the draws that would be unequal."""
    while True:
        product = bound * next(bits)
        if product & (2**64 - 1) >= 2**64 % bound:
            return product >> 64


def little(x, kind):
    return np.asarray(x).astype(kind).tobytes()


def kept(d, share):
    return min(d, max(1, int(np.floor(share * d + 0.5))))


def fp16(x, key):
    half = x.astype(np.float16)
    return little(half, "<f2"), half.astype(F)


def bf16(x, key):
    upper = []
    for bits in x.view(np.uint32).tolist():
        low, high = bits & 0xFFFF, bits >> 16
        upper.append(high + (1 if low > 0x8000 or (low == 0x8000 and high % 2) else 0))
    return little(upper, "<u2"), (np.array(upper, np.uint32) << 16).view(F)


def int8(x, key, block=512):
    draws = [half for pair, _ in zip(stream(*key), range((len(x) + 1) // 2)) for half in (pair & MASK, pair >> 32)]
    q, scales = np.zeros(len(x), np.int64), []
    for start in range(0, len(x), block):
        part = x[start : start + block]
        s = F(np.abs(part).max() / F(127))
        scales.append(s)
        for i, value in enumerate(part):
            if s > 0:
                level = min(F(abs(value) / s), F(127))
                low = int(level)
                up = (draws[start + i] >> 8) / 2**24 < float(level) - low
                q[start + i] = (low + up) * (-1 if value < 0 else 1)
    each = np.repeat(np.array(scales, F), block)[: len(x)]
    return little(q, "i1") + little(scales, "<f4"), each * q.astype(F)


def top_k(x, key, share=0.01):
    order = sorted(range(len(x)), key=lambda i: (-abs(float(x[i])), i))
    chosen = sorted(order[: kept(len(x), share)])
    y = np.zeros(len(x), F)
    y[chosen] = x[chosen]
    return b"".join(little(i, "<u4") + little(x[i], "<f4") for i in chosen), y


def rand_k(x, key, share=0.01, feedback=True):
    d, k = len(x), kept(len(x), share)
    seed = next(stream(*key))
    bits, chosen = stream(seed), set()
    for last in range(d - k, d):
        drawn = below(bits, last + 1)
        chosen.add(last if drawn in chosen else drawn)
    chosen = sorted(chosen)
    y = np.zeros(d, F)
    y[chosen] = x[chosen] * F(1 if feedback else d / k)
    return little(seed, "<u8") + little(y[chosen], "<f4"), y


def sign(x, key):
    size = F(np.abs(x.astype(np.float64)).sum() / len(x))
    negative = x < 0
    return little(size, "<f4") + np.packbits(negative, bitorder="little").tobytes(), np.where(negative, -size, size)


KINDS = [
    ("fp16", fp16, {}),
    ("bf16", bf16, {}),
    ("int8", int8, {}),
    ("{ kind: int8, block: 7 }", int8, {"block": 7}),
    ("{ kind: top_k, share: 0.1 }", top_k, {"share": 0.1}),
    ("{ kind: top_k, share: 0.5, error_feedback: false }", top_k, {"share": 0.5}),
    ("{ kind: rand_k, share: 0.1 }", rand_k, {"share": 0.1}),
    ("{ kind: rand_k, share: 0.3, error_feedback: false }", rand_k, {"share": 0.3, "feedback": False}),
    ("sign", sign, {}),
]


def vectors():
    random = np.random.default_rng(3)
    plain = random.normal(0, 0.01, 61).astype(F)
    # Numbers of all sizes, zeros of both signs, halves between two steps of fp16 and bf16, and equal magnitudes.
    odd = (random.normal(0, 1, 64) * 10.0 ** random.integers(-12, 3, 64)).astype(F)
    odd[:12] = [0, -0.0, 2049, 2051, -2049, 1 + 2**-8, 1 + 3 * 2**-8, 2**-25, 3 * 2**-25, 2**-24, 0.25, -0.25]
    return [plain, odd, np.array([3, -3, 3, -3, 3], F), np.zeros(9, F), np.array([-0.75], F)]


def main():
    cases, feedback = [], []
    for kind, function, options in KINDS:
        for number, x in enumerate(vectors()):
            key = (7 + 2**40, 3 + number, 11)
            packed, y = function(x, key, **options)
            cases.append({
                "kind": kind, "seed": str(key[0]), "client": key[1], "round": key[2],
                "x": [float(v) for v in x], "packed": packed.hex(), "arrives": [float(v) for v in y],
            })
    random = np.random.default_rng(4)
    for kind, function, options in KINDS:
        if function not in (top_k, rand_k, sign) or "false" in kind:
            continue
        error = np.zeros(40, F)
        steps = []
        for round in range(3):
            update = random.normal(0, 0.1, 40).astype(F)
            p = update + error
            _, arrives = function(p, (5, 2, round), **options)
            error = p - arrives
            steps.append({"update": [float(v) for v in update], "arrives": [float(v) for v in arrives]})
        feedback.append({"kind": kind, "steps": steps, "error": [float(v) for v in error]})
    print(json.dumps({"cases": cases, "feedback": feedback}, separators=(",", ":")))


def golden():
    """The first numbers of seed 1, client 2, round 3, for RandomKeyTests."""
    return {purpose: hex(next(stream(1, 2, 3, purpose))) for purpose in (1, 15, 16, 17)}


if __name__ == "__main__":
    main()
