"""Derivatives of both orders of a two-layer LSTM over words, by PyTorch in float64.

    python3 word_lstm_derivatives.py > Tests/Oracles/deriv-word-lstm.json

Embedding, two LSTM layers and one linear layer, with more words than a batch has, so that most rows of the
embedding have no gradient. PyTorch's double backward gives the products; central differences of the loss and of
the gradient check them, and a difference above 1e-6 ends the script. No number comes from the Swift code.
"""
import json
import sys

import torch
from torch import nn

torch.manual_seed(3)
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

WORDS, EMBED, HIDDEN, LENGTH, BATCH = 19, 3, 4, 5, 3

embedding = nn.Embedding(WORDS, EMBED)
layers = [nn.LSTM(EMBED, HIDDEN), nn.LSTM(HIDDEN, HIDDEN)]
head = nn.Linear(HIDDEN, WORDS)

named = [("emb", embedding.weight)]
for number, layer in enumerate(layers):
    for ours, theirs in (("W_ih", "weight_ih_l0"), ("W_hh", "weight_hh_l0"), ("b_ih", "bias_ih_l0"),
                         ("b_hh", "bias_hh_l0")):
        named.append((f"{ours}_{number}", getattr(layer, theirs)))
named += [("W", head.weight), ("b", head.bias)]
names = [name for name, _ in named]
params = [p for _, p in named]
with torch.no_grad():
    for p in params:
        p.copy_(0.6 * torch.randn(p.shape))

x = torch.randint(WORDS, (BATCH, LENGTH))
y = torch.randint(WORDS, (BATCH, LENGTH))
x[1, 2] = x[0, 0]  # One word at two places.


def logits_of(*values):
    """Logits (BATCH * LENGTH, WORDS), batch-major then time."""
    values = iter(values)
    states = nn.functional.embedding(x.T, next(values))
    for _ in layers:
        w_ih, w_hh, b_ih, b_hh = (next(values) for _ in range(4))
        h = c = torch.zeros(BATCH, HIDDEN)
        outputs = []
        for step in states:
            i, f, g, o = (step @ w_ih.T + b_ih + h @ w_hh.T + b_hh).chunk(4, dim=1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(c)
            outputs.append(h)
        states = torch.stack(outputs)
    return (states.transpose(0, 1).reshape(-1, HIDDEN) @ next(values).T + next(values))


def loss_of(*values):
    return nn.functional.cross_entropy(logits_of(*values), y.flatten())


def gradient_at(values):
    leaves = [v.detach().requires_grad_() for v in values]
    return torch.autograd.grad(loss_of(*leaves), leaves)


def inner(one, other):
    return sum((a * b).sum() for a, b in zip(one, other))


def agree(what, ours, theirs):
    scale = max(float(t.detach().abs().max()) for t in theirs)
    worst = max(float((a - b).detach().abs().max()) for a, b in zip(ours, theirs)) / scale
    if worst > 1e-6:
        sys.exit(f"{what}: differs by {worst} from central differences")


# The module's own layers give the same logits.
states = embedding(x.T)
for layer in layers:
    states = layer(states)[0]
logits = logits_of(*params)
agree("nn.LSTM", [head(states).transpose(0, 1).reshape(-1, WORDS)], [logits])

loss = loss_of(*params)
gradient = torch.autograd.grad(loss, params, create_graph=True)


def shifted(v, h):
    return [p.detach() + h * d for p, d in zip(params, v)]


def product():
    v = [torch.randn(p.shape) / p.numel() ** 0.5 for p in params]
    hvp = torch.autograd.grad(inner(gradient, v), params, retain_graph=True)
    h = 1e-5
    agree("hvp", hvp, [(a - b) / (2 * h) for a, b in zip(
        gradient_at(shifted(v, h)), gradient_at(shifted(v, -h)))])
    _, jvp = torch.autograd.functional.jvp(logits_of, tuple(params), tuple(v))
    agree("jvp", [jvp], [(logits_of(*shifted(v, h)) - logits_of(*shifted(v, -h))) / (2 * h)])
    slope = inner(gradient, v)
    agree("slope", [slope], [(loss_of(*shifted(v, h)) - loss_of(*shifted(v, -h))) / (2 * h)])
    cotangent = torch.randn(logits.shape)
    outputs = logits_of(*params)
    vjp = torch.autograd.grad(outputs, params, cotangent, retain_graph=True)
    p = torch.softmax(outputs, dim=1)
    bent = p * (jvp - (p * jvp).sum(dim=1, keepdim=True)) / len(outputs)
    gauss_newton = torch.autograd.grad(outputs, params, bent)

    def table(values):
        return {name: value.tolist() for name, value in zip(names, values)}

    return {"v": table(v), "hvp": table(hvp), "v_hvp": float(inner(v, hvp)), "jvp_logits": jvp.tolist(),
            "jvp_loss": float(slope), "cotangent": cotangent.tolist(), "vjp": table(vjp),
            "gauss_newton_vp": table(gauss_newton)}


def agree_gradient():
    h = 1e-6
    for number, p in enumerate(params):
        for index in range(0, p.numel(), 7):
            v = [torch.zeros(q.shape) for q in params]
            v[number].view(-1)[index] = 1
            slope = (loss_of(*shifted(v, h)) - loss_of(*shifted(v, -h))) / (2 * h)
            if abs(slope - gradient[number].view(-1)[index]) > 1e-8:
                sys.exit(f"gradient of {names[number]}[{index}]: differs from central differences")


with torch.no_grad():
    agree_gradient()
json.dump({
    "schema": "hyperlr-oracle/1",
    "title": "Gradient, Hessian-vector, Jacobian-vector and Gauss-Newton products of an LSTM over words",
    "seed": 3,
    "model": {
        "kind": "word_lstm", "vocab": WORDS, "embed": EMBED, "hidden": HIDDEN, "layers": len(layers),
        "sequence": LENGTH, "batch": BATCH, "initial_state": "zeros",
        "cell": "i=s(..);f=s(..);g=tanh(..);o=s(..); c'=f*c+i*g; h'=o*tanh(c'); row blocks i,f,g,o",
        "biases": "b_ih with inputs, b_hh with hidden state",
        "logits": "h_t W' + b at every t; rows of logits ordered batch-major then time",
    },
    "source": {"kind": "independent",
               "reference": "PyTorch double backward; finite differences agree to 1e-6"},
    "params": {"order": names, **{name: p.tolist() for name, p in named}},
    "inputs": {"x": x.tolist(), "y": y.tolist()},
    "loss": float(loss.detach()), "logits": logits.tolist(),
    "gradient": {name: g.tolist() for name, g in zip(names, gradient)},
    "products": [product() for _ in range(2)],
}, sys.stdout)
