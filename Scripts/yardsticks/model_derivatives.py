"""Derivatives of first and second order of convolutional models, by PyTorch's autograd in float64.

    python3 model_derivatives.py Tests/Oracles    # writes deriv-cnn-stride.json and deriv-resnet.json

Written from Documentation/Scenarios.md, without the Swift code. Each file has a batch, parameters, the loss with its
gradient, and along two directions v: the Hessian-vector product, the tangents of logits and loss, the
vector-Jacobian product of a cotangent, and the Gauss-Newton product. Parameters are named as in the file of a model.
The inputs of a ReLU keep at least 1e-3 away from 0. Products along v are compared with finite differences.
"""

import json
import sys

import torch
from torch import nn
from torch.func import functional_call, jvp, vjp


def cnn():
    return nn.Sequential(
        nn.Conv2d(2, 3, 3, stride=2, padding=2), nn.ReLU(), nn.AvgPool2d(2),
        nn.Conv2d(3, 4, 3, stride=2, padding=2), nn.ReLU(), nn.AvgPool2d(2),
        nn.Flatten(), nn.Linear(4, 3))


class Block(nn.Module):
    def __init__(self, inputs, channels, stride, groups):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, channels, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.GroupNorm(groups, channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn2 = nn.GroupNorm(groups, channels)
        self.relu = nn.ReLU()
        self.downsample = None
        if stride != 1 or inputs != channels:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, channels, 1, stride=stride, bias=False), nn.GroupNorm(groups, channels))

    def forward(self, x):
        y = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        return self.relu(y + (self.downsample(x) if self.downsample else x))


class ResNet(nn.Module):
    """Basic blocks with group normalization and a stem of 3 x 3; names as in torchvision."""

    def __init__(self, blocks, width, channels=3, classes=10, groups=2):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, width, 3, padding=1, bias=False)
        self.bn1 = nn.GroupNorm(groups, width)
        self.relu = nn.ReLU()
        inputs = width
        self.stages = len(blocks)
        for stage, count in enumerate(blocks):
            outputs = width << stage
            layer = []
            for index in range(count):
                layer.append(Block(inputs, outputs, 2 if index == 0 and stage > 0 else 1, groups))
                inputs = outputs
            self.add_module(f"layer{stage + 1}", nn.Sequential(*layer))
        self.fc = nn.Linear(inputs, classes)

    def forward(self, x):
        x = self.relu(self.bn1(self.conv1(x)))
        for stage in range(self.stages):
            x = getattr(self, f"layer{stage + 1}")(x)
        return self.fc(x.mean((2, 3)))


PROBLEMS = {
    "cnn-stride": dict(
        make=cnn, shape=(7, 6, 2), samples=4,
        scenario="{ kind: cnn, filters: [3, 4], kernel: 3, stride: 2, padding: 2, pooling: average, hidden: [] }"),
    "resnet": dict(
        make=lambda: ResNet([1, 1], 2, channels=2, classes=3), shape=(5, 4, 2), samples=3,
        scenario="{ kind: resnet, blocks: [1, 1], width: 2 }"),
}


def nearest_kink(model, x):
    """The smallest magnitude at the input of a ReLU."""
    seen = []
    hooks = [
        m.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0].abs().min().item()))
        for m in model.modules() if isinstance(m, nn.ReLU)]
    model(x)
    for hook in hooks:
        hook.remove()
    return min(seen)


def draw(problem):
    """The first seed whose parameters and samples keep away from all kinks."""
    height, width, channels = problem["shape"]
    for seed in range(1000, 100000):
        generator = torch.Generator().manual_seed(seed)
        model = problem["make"]()
        with torch.no_grad():
            for name, p in model.named_parameters():
                p.copy_(0.5 * torch.randn(p.shape, generator=generator))
                if "bn" in name or "downsample.1" in name:
                    p.add_(1.0 if name.endswith("weight") else 0.0)
        x = torch.randn(problem["samples"], channels, height, width, generator=generator)
        if nearest_kink(model, x) > 1e-3:
            y = torch.randint(3, (problem["samples"],), generator=generator)
            return seed, generator, model, x, y
    raise SystemExit("no seed keeps away from the kinks")


def named(tensors):
    return {name: t.detach().tolist() for name, t in tensors.items()}


def products(parameters, logits, loss, generator):
    v = {name: torch.randn(p.shape, generator=generator) for name, p in parameters.items()}

    def gradient(at):
        return torch.func.grad(lambda q: loss(logits(q)))(at)

    _, hvp = jvp(gradient, (parameters,), (v,))
    z, z_dot = jvp(logits, (parameters,), (v,))
    _, slope = jvp(lambda q: loss(logits(q)), (parameters,), (v,))
    cotangent = torch.randn(z.shape, generator=generator)
    _, pull = vjp(logits, parameters)
    (back,) = pull(cotangent)
    _, bend = jvp(torch.func.grad(loss), (z,), (z_dot,))
    (gauss_newton,) = pull(bend)

    h = 1e-6
    ends = [gradient({n: p + s * h * v[n] for n, p in parameters.items()}) for s in (1, -1)]
    for name in v:
        slopes = (ends[0][name] - ends[1][name]) / (2 * h)
        error = (slopes - hvp[name]).abs().max() / max(t.abs().max() for t in hvp.values())
        assert error < 1e-5, (name, error)
    return {
        "v": named(v), "hvp": named(hvp), "jvp_logits": z_dot.detach().tolist(), "jvp_loss": slope.item(),
        "cotangent": cotangent.tolist(), "vjp": named(back), "gauss_newton_vp": named(gauss_newton)}


def main(folder):
    torch.set_default_dtype(torch.float64)
    for name, problem in PROBLEMS.items():
        seed, generator, model, x, y = draw(problem)
        parameters = {n: p.detach() for n, p in model.named_parameters()}

        def logits(q):
            return functional_call(model, q, (x,))

        def loss(z):
            return nn.functional.cross_entropy(z, y)

        gradient = torch.func.grad(lambda q: loss(logits(q)))(parameters)
        z = logits(parameters)
        oracle = {
            "schema": "hyperlr-oracle/1",
            "title": "Gradient, Hessian-vector, Jacobian-vector and Gauss-Newton products",
            "seed": seed,
            "model": {"kind": name.split("-")[0], "scenario": problem["scenario"],
                      "inputs": "channel, row, column"},
            "loss": loss(z).item(),
            "source": {"kind": "independent",
                       "reference": f"PyTorch {torch.__version__}, forward over reverse mode; finite differences"
                                    " agree to 1e-5"},
            "params": {"order": list(parameters), **named(parameters)},
            "inputs": {"x": x.tolist(), "y": y.tolist()},
            "logits": z.tolist(),
            "gradient": named(gradient),
            "products": [products(parameters, logits, loss, generator) for _ in range(2)]}
        path = f"{folder}/deriv-{name}.json"
        with open(path, "w") as file:
            json.dump(oracle, file, separators=(",", ":"))
            file.write("\n")
        print(path, "seed", seed, "parameters", sum(p.numel() for p in parameters.values()))


if __name__ == "__main__":
    main(sys.argv[1])
