#!/usr/bin/env bash
# One would guess that a client whose optimizer needs no learning rate may keep the optimizer's
# state between rounds, as with momentum: the server's model is loaded into the weights, training
# goes on from there.
#
# What happens: COCOB (in parameterfree and in optax), KT, D-Adaptation's SGD and its AdaGrad
# compute each new weight from the weights of their very first step, which are part of their state.
# The global model is overwritten by the first step of a client's second round: whether the server
# sent 10 or 100, COCOB and D-Adaptation end at the same place, near the client's own start. KT is
# thrown far away, to the other side. Schedule-Free SGD pulls the global model towards a point of
# the client's last round. With a new optimizer in each round all of them start from the global
# model, but then D-Adaptation hardly moves in 20 steps.
#
# Seen with parameterfree 0.0.1, dadaptation 3.2, schedulefree 1.4.1, optax 0.2.8, torch 2.13.0,
# jax 0.10.2.
#
# Why it matters: "no rate to tune" is why one tries these on clients. With kept state there is no
# federated training: what the clients send back does not depend on where the server's model is.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile \
    'torch==2.13.0' 'numpy==2.4.6' 'parameterfree==0.0.1' 'dadaptation==3.2' \
    'schedulefree==1.4.1' 'optax==0.2.8' 'jax==0.10.2' 'jaxlib==0.10.2'

cat > probe.py <<'PYTHON'
import dadaptation
import jax
import jax.numpy as jnp
import optax
import parameterfree
import schedulefree
import torch

jax.config.update("jax_platforms", "cpu")


class Torch:
    def __init__(self, kind):
        self.kind, self.weight = kind, torch.nn.Parameter(torch.zeros(1))

    def load(self, value):
        with torch.no_grad():
            self.weight.fill_(value)

    def renew(self):
        self.optimizer = self.kind([self.weight])

    def steps(self, count):
        if hasattr(self.optimizer, "train"):
            self.optimizer.train()
        for _ in range(count):
            # |gradient| is at most 1, as KT asks; the client's optimum is at 3.
            self.weight.grad = torch.clamp(self.weight.detach() - 3, -1, 1)
            self.optimizer.step()
        if hasattr(self.optimizer, "eval"):
            self.optimizer.eval()
        return self.weight.item()


class Optax:
    def __init__(self, kind):
        self.optimizer, self.weight = kind(), jnp.zeros(1)

    def load(self, value):
        self.weight = jnp.full(1, value)

    def renew(self):
        self.state = self.optimizer.init(self.weight)

    def steps(self, count):
        for _ in range(count):
            gradient = jnp.clip(self.weight - 3, -1, 1)
            update, self.state = self.optimizer.update(gradient, self.state, self.weight)
            self.weight = optax.apply_updates(self.weight, update)
        return float(self.weight[0])


kinds = {
    "SGD, rate 0.1": lambda: Torch(lambda p: torch.optim.SGD(p, lr=0.1)),
    "parameterfree COCOB": lambda: Torch(parameterfree.COCOB),
    "optax COCOB": lambda: Optax(optax.contrib.cocob),
    "parameterfree KT": lambda: Torch(parameterfree.KT),
    "dadaptation SGD": lambda: Torch(dadaptation.DAdaptSGD),
    "dadaptation AdaGrad": lambda: Torch(dadaptation.DAdaptAdaGrad),
    "Schedule-Free SGD, rate 0.1": lambda: Torch(lambda p: schedulefree.SGDScheduleFree(p, lr=0.1))}
print("the client's optimum is at 3; round 1: 20 steps from 0; then the server sends 10 or 100")
for name, kind in kinds.items():
    kept = []
    for sent in (10.0, 100.0):
        client = kind()
        client.load(0.0)
        client.renew()
        first = client.steps(20)
        client.load(sent)
        kept.append(client.steps(1))
    client.load(10.0)
    client.renew()
    print(f"{name}: round 1 ends at {first:.3f}")
    print(f"  state kept, one step leads from 10 to {kept[0]:.3f}, from 100 to {kept[1]:.3f}")
    print(f"  new optimizer, 20 steps lead from 10 to {client.steps(20):.3f}")
PYTHON

cat > expected.txt <<'TEXT'
the client's optimum is at 3; round 1: 20 steps from 0; then the server sends 10 or 100
SGD, rate 0.1: round 1 ends at 2.000
  state kept, one step leads from 10 to 9.900, from 100 to 99.900
  new optimizer, 20 steps lead from 10 to 8.000
parameterfree COCOB: round 1 ends at 1.195
  state kept, one step leads from 10 to 0.190, from 100 to 0.190
  new optimizer, 20 steps lead from 10 to 8.805
optax COCOB: round 1 ends at 1.195
  state kept, one step leads from 10 to 0.190, from 100 to 0.190
  new optimizer, 20 steps lead from 10 to 8.805
parameterfree KT: round 1 ends at 3.715
  state kept, one step leads from 10 to -4.585, from 100 to -76.035
  new optimizer, 20 steps lead from 10 to 0.085
dadaptation SGD: round 1 ends at 0.033
  state kept, one step leads from 10 to 0.009, from 100 to 0.009
  new optimizer, 20 steps lead from 10 to 9.967
dadaptation AdaGrad: round 1 ends at 0.000
  state kept, one step leads from 10 to 0.000, from 100 to 0.000
  new optimizer, 20 steps lead from 10 to 10.000
Schedule-Free SGD, rate 0.1: round 1 ends at 1.050
  state kept, one step leads from 10 to 9.614, from 100 to 95.329
  new optimizer, 20 steps lead from 10 to 8.950
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED rate-free-clients-drop-the-global-model: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED rate-free-clients-drop-the-global-model: < seen before, > seen now"
    cat changes.txt
    exit 1
fi
echo "PASS rate-free-clients-drop-the-global-model, seen:"
cat seen.txt
