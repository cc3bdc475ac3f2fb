#!/usr/bin/env bash
# One would guess that a test window of LEAF's Shakespeare is text that no client trains on: the split by
# sample leaves 79 windows out between the training and the test windows of each user for this purpose.
#
# What happens: with `-s iid` the windows are shuffled among the users before that split. Windows start at
# each character, so the neighbours of nearly each test window, with all or almost all of its text and the
# character to predict, are training windows. Still, 79 windows of each user are thrown away. With `-s niid`
# no test text is in training. In both cases users too small for the gap are lost without a message, and
# `num_samples` of the test file counts the windows that were thrown away.
#
# Seen with LEAF at 09ec454 (github.com/TalwalkarLab/leaf), Python 3.11.
#
# Why it matters: a comparison of IID with non-IID clients on LEAF's Shakespeare tests the one on text that
# was trained on, and the other on new text. The IID accuracy rewards learning by heart.
#
# Hyperfed: `windows: leaf` makes the split of `-s niid --sf 1.0`. With `skew: iid` the clients share the
# training windows; the test windows stay the same new text. `kind: leaf` reads either files as they are.
#
# LEAF=FOLDER uses a clone that you have already.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git clone --quiet "${LEAF:-https://github.com/TalwalkarLab/leaf}" "$work/leaf"
git -C "$work/leaf" checkout --quiet 09ec454a5675e32e1f0546b456b77857fdece018
cd "$work/leaf/data/shakespeare"

cat > make.py <<'PYTHON'
import os
import random

words = "love thee not what sweet night crown exit speak aside nay king".split()
rng = random.Random(1)


def play(title, roles):
    text = ["1599", "", title, "", "by William Shakespeare", ""]
    for name, lines in roles:
        text += [f"  {name}. " + " ".join(rng.choice(words) for _ in range(6))]
        text += ["    " + " ".join(rng.choice(words) for _ in range(8)) for _ in range(lines)] + [""]
    return text


# LEAF skips what is before the second author's line.
text = ["Front matter", "", "THE SONNETS", "", "by William Shakespeare", ""]
text += play("KING LEAR", [("LEAR", 40), ("FOOL", 7)])
text += play("HAMLET", [("HAMLET", 50), ("OPHELIA", 20), ("GHOST", 8)])
for name in ("raw_data", "all_data"):
    os.makedirs(f"data/{name}")
with open("data/raw_data/raw_data.txt", "w") as file:
    file.write("\n".join(text) + "\n")
PYTHON

cat > probe.py <<'PYTHON'
import glob
import json
import sys


def read(part):
    with open(glob.glob(f"data/{part}/*.json")[0]) as file:
        return json.load(file)


def windows(part):
    # The last 40 characters before the one to predict, and that one.
    return [x + y for data in part["user_data"].values() for x, y in zip(data["x"], data["y"])]


train, test, everything = read("train"), read("test"), read("all_data")
seen = {window[i : i + 41] for window in windows(train) for i in range(41)}
known = sum(window[-41:] in seen for window in windows(test)) / len(windows(test))
print(f"-s {sys.argv[1]}: {len(everything['users'])} users in the text, {len(test['users'])} after the split")
print(f"  test windows: {sum(test['num_samples'])} in num_samples, {len(windows(test))} in the file")
print(f"  whose last 40 characters and the next one are in training windows: {known:.0%}")
PYTHON

cat > expected.txt <<'TEXT'
-s niid: 5 users in the text, 3 after the split
  test windows: 899 in num_samples, 662 in the file
  whose last 40 characters and the next one are in training windows: 0%
-s iid: 5 users in the text, 3 after the split
  test windows: 1008 in num_samples, 771 in the file
  whose last 40 characters and the next one are in training windows: 100%
TEXT

python3 make.py
for sampling in niid iid; do
    rm -rf data/sampled_data data/train data/test
    if ! ./preprocess.sh -s "$sampling" --iu 0.6 --sf 1.0 -t sample --tf 0.8 --smplseed 1 --spltseed 1 > log.txt 2>&1 ||
        ! python3 probe.py "$sampling" >> seen.txt 2>> log.txt; then
        echo "CHANGED leaf-iid-shakespeare-tests-on-training-text: LEAF's scripts no longer run"
        cat log.txt
        exit 1
    fi
done
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED leaf-iid-shakespeare-tests-on-training-text: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS leaf-iid-shakespeare-tests-on-training-text, seen:"
cat seen.txt
