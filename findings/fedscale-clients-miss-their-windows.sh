#!/usr/bin/env bash
# One would guess that FedScale's `ClientMetadata.is_active(time)` says whether the time, modulo the length of
# the trace, lies in one of the client's windows of availability.
#
# What happens: the client keeps the number of one window. A question moves it on by at most one window, and
# never back. So the answer depends on the questions before: after a pause, or for a client that is asked for
# the first time late, a time inside a window counts as unavailable. When the trace begins again, the client
# waits at a late window, and the windows before it are missed.
#
# Seen with fedscale 1.0, NumPy 2.4.6.
#
# Why it matters: cohorts under a trace depend on how often the server asks, which a study of rates or of
# selection changes. A client with a window on each of six days is available half of the first six days, and
# a sixth of the next ones.
#
# Hyperfed looks a window up by its time (`clients.availability: { kind: trace }`), so the answer depends on the
# file, the client and the time alone. `Scripts/convert-trace` converts FedScale's traces.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'numpy==2.4.6'
venv/bin/pip install --quiet --disable-pip-version-check --no-compile --no-deps 'fedscale==1.0'

cat > probe.py <<'PYTHON'
import importlib.util
import sysconfig

# The module alone: the package around it imports PyTorch and more.
path = sysconfig.get_paths()["purelib"] + "/fedscale/cloud/internal/client_metadata.py"
spec = importlib.util.spec_from_file_location("client_metadata", path)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)

hour, day = 3600, 86400
trace = {"active": [8 * hour + d * day for d in range(6)], "inactive": [20 * hour + d * day for d in range(6)],
         "finish_time": 6 * day}


def client():
    speed = {"computation": 1, "communication": 1}
    return module.ClientMetadata(0, 1, speed, trace)


print("a window from 8 to 20 o'clock on each of six days")
print("first question at noon of day 1, 2, 4:", [client().is_active(d * day + 12 * hour) for d in (0, 1, 3)])
one = client()
for period in range(3):
    seen = [one.is_active(period * 6 * day + minute * 60) for minute in range(6 * 24 * 60)]
    print(f"asked each minute in period {period + 1}: available for {sum(seen) / len(seen):.3f} of the time")
PYTHON

cat > expected.txt <<'TEXT'
a window from 8 to 20 o'clock on each of six days
first question at noon of day 1, 2, 4: [True, True, False]
asked each minute in period 1: available for 0.501 of the time
asked each minute in period 2: available for 0.167 of the time
asked each minute in period 3: available for 0.167 of the time
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED fedscale-clients-miss-their-windows: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED fedscale-clients-miss-their-windows: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS fedscale-clients-miss-their-windows, seen:"
cat seen.txt
