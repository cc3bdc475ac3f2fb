#!/usr/bin/env bash
# One would guess that with Python's `random` seeded, which Flower draws its clients from, the
# same clients are drawn in each round of each run.
#
# What happens: both APIs draw positions in the list of connected clients. The class API lists them in the
# order in which they connected, the message API in the order in which the server returns its node ids. The
# same seed and the same ten clients give other cohorts when they came in another order.
#
# Seen with flwr 1.42.0.
#
# Why it matters: two variants of a comparison with one seed then train on other clients, so their
# difference contains the luck of the draw; with ten of a hundred skewed clients a round this is larger than
# what most schedulers gain.
#
# Hyperfed draws cohorts from the seed and the clients' numbers, which belong to the partition and not to a
# process: all variants of a comparison with one seed see the same cohorts, whichever process came first.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'flwr==1.42.0' 'numpy==2.4.6'

cat > probe.py <<'PYTHON'
import logging
import random
from types import SimpleNamespace

from flwr.server.client_manager import SimpleClientManager
from flwr.server.client_proxy import ClientProxy
from flwr.serverapp.strategy.strategy_utils import sample_nodes

logging.getLogger("flwr").setLevel(logging.ERROR)


class Client(ClientProxy):
    def get_properties(self, *arguments, **named):
        pass

    get_parameters = fit = evaluate = reconnect = get_properties


for name, order in (("0 to 9", list(range(10))), ("9 to 0", list(range(9, -1, -1)))):
    manager = SimpleClientManager()
    for number in order:
        manager.register(Client(str(number)))
    random.seed(1)
    drawn = [sorted(int(client.cid) for client in manager.sample(3)) for _ in range(3)]
    print(f"class API, clients came in the order {name}: cohorts {drawn}")
    random.seed(1)
    grid = SimpleNamespace(get_node_ids=lambda: order)
    drawn = [sorted(sample_nodes(grid, 3, 3)[0]) for _ in range(3)]
    print(f"message API, nodes listed in the order {name}: cohorts {drawn}")
PYTHON

cat > expected.txt <<'TEXT'
class API, clients came in the order 0 to 9: cohorts [[1, 2, 4], [1, 7, 8], [3, 6, 7]]
message API, nodes listed in the order 0 to 9: cohorts [[1, 2, 4], [1, 7, 8], [3, 6, 7]]
class API, clients came in the order 9 to 0: cohorts [[5, 7, 8], [1, 2, 8], [2, 3, 6]]
message API, nodes listed in the order 9 to 0: cohorts [[5, 7, 8], [1, 2, 8], [2, 3, 6]]
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED flower-cohorts-follow-the-order-of-arrival: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED flower-cohorts-follow-the-order-of-arrival: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS flower-cohorts-follow-the-order-of-arrival, seen:"
cat seen.txt
