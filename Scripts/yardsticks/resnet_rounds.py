"""Ten rounds of federated averaging with a ResNet-8: hyperfed against the same rounds in PyTorch.

    python3 resnet_rounds.py .build/release/hyperfed

Makes images in the binary format of CIFAR-10, runs hyperfed on them, and repeats the rounds in PyTorch: the same initial
parameters, partition and batches. Prints the accuracy of both after each round, and how far the last models are apart.

Initial parameters and batches are drawn again here, from Philox4x32-10 (Salmon et al. 2011) with the counter (block,
round, client, purpose) and the two halves of the seed as the key. A convolution draws uniformly within the square root
of 6 / inputs, in the order of its tensor; the last layer within the square root of 6 / (inputs + outputs). The key of
a convolution has the index of its layer as the client, and its index within a residual block as the round.

The learning rate is small on purpose. At 0.02, PyTorch with another memory format, or with one bias moved by 1e-7, is tens
of points away from itself after ten rounds.
"""

import csv
import json
import math
import subprocess
import sys
import tempfile

import numpy as np
import torch
from model_derivatives import ResNet
from torch import nn

from compression import below, stream

SEED, CLIENTS, SAMPLES, TEST, ROUNDS, EPOCHS, BATCH, RATE = 1, 4, 256, 1000, 10, 2, 32, 0.005
INITIALIZATION, BATCHES = 3, 4


def images(count, generator):
    """Ten classes, each a wave of its own direction and colour at a random place, under noise."""
    labels = np.arange(count) % 10
    row, column = np.mgrid[0:32, 0:32] / 32
    out = np.empty((count, 1 + 3072), np.uint8)
    for i, label in enumerate(labels):
        angle, phase = math.pi * label / 10, generator.uniform(0, 2 * math.pi)
        wave = np.sin(8 * math.pi * (math.cos(angle) * row + math.sin(angle) * column) + phase)
        pixels = np.stack([
            128 + 50 * math.cos(2 * math.pi * (label / 10 + channel / 3)) + 20 * wave for channel in range(3)])
        out[i, 0] = label
        out[i, 1:] = np.clip(pixels + generator.normal(0, 10, (3, 32, 32)), 0, 255).reshape(-1)
    return out


def hyperfed(program, folder):
    """The accuracy after each round, the samples of each client, and the last model."""
    with open(f"{folder}/resnet.yaml", "w") as file:
        file.write(f"""\
name: resnet
seed: {SEED}
data: {{ dataset: {{ kind: cifar10, folder: ., batches: [1] }} }}
clients: {{ count: {CLIENTS}, per_round: {CLIENTS} }}
model: {{ kind: resnet, depth: 8 }}
training: {{ rounds: {ROUNDS}, local_epochs: {EPOCHS}, batch_size: {BATCH} }}
client: {{ learning_rate: {RATE} }}
evaluation: {{ every: 1 }}
""")
    run = subprocess.run(
        [program, "run", "resnet.yaml", "--output", "run", "--in-process"], cwd=folder, capture_output=True, text=True)
    if run.returncode:
        raise SystemExit(run.stderr)
    from safetensors.torch import load_file
    with open(f"{folder}/run/rounds.csv") as file:
        accuracies = [float(row["test_accuracy"]) for row in csv.DictReader(file)]
    with open(f"{folder}/run/partition.json") as file:
        clients = json.load(file)["clients"]
    return accuracies, clients, load_file(f"{folder}/run/model.safetensors")


def uniform(bits):
    return (next(bits) >> 11) * 2.0**-53


def initialize(model):
    blocks = [(stage, index) for stage in range(3) for index in range(1)]
    keys = {"conv1.weight": (0, 0), "fc.weight": (3 + len(blocks), 0)}
    for place, (stage, index) in enumerate(blocks):
        for inner, name in ((0, "conv1"), (2, "conv2"), (4, "downsample.0")):
            keys[f"layer{stage + 1}.{index}.{name}.weight"] = (2 + place, inner)
    with torch.no_grad():
        for name, p in model.named_parameters():
            if p.dim() == 1:
                continue  # scales 1, shifts 0, biases 0
            fan = p[0].numel() + (p.shape[0] if name == "fc.weight" else 0)
            client, round = keys[name]
            bits = stream(SEED, client, round, INITIALIZATION)
            bound = math.sqrt(6 / fan)
            p.copy_(torch.tensor([(2 * uniform(bits) - 1) * bound for _ in range(p.numel())]).view(p.shape))
        model.fc.bias.zero_()


def batches(samples, client, round):
    """Each epoch shuffles the order of the one before, from the last index down, and cuts it from the front."""
    order, bits = list(samples), stream(SEED, client, round, BATCHES)
    for _ in range(EPOCHS):
        for i in range(len(order) - 1, 0, -1):
            j = below(bits, i + 1)
            order[i], order[j] = order[j], order[i]
        for i in range(0, len(order), BATCH):
            yield order[i:i + BATCH]


def tensors(records):
    x = torch.tensor(records[:, 1:].reshape(-1, 3, 32, 32), dtype=torch.float32) * np.float32(1 / 255)
    return x, torch.tensor(records[:, 0].astype(np.int64))


def accuracy(model, x, y):
    with torch.no_grad():
        return (model(x).argmax(1) == y).double().mean().item()


def main(program):
    generator = np.random.default_rng(5)
    train, test = images(CLIENTS * SAMPLES, generator), images(TEST, generator)
    with tempfile.TemporaryDirectory() as folder:
        train.tofile(f"{folder}/data_batch_1.bin")
        test.tofile(f"{folder}/test_batch.bin")
        ours, clients, last = hyperfed(program, folder)
    (x, y), (x_test, y_test) = tensors(train), tensors(test)
    model = ResNet([1, 1, 1], 16)
    initialize(model)
    state = {name: p.clone() for name, p in model.state_dict().items()}
    print("round  hyperfed  PyTorch")
    for round in range(ROUNDS):
        sums = {name: torch.zeros_like(p) for name, p in state.items()}
        for client, samples in enumerate(clients):
            model.load_state_dict(state)
            optimizer = torch.optim.SGD(model.parameters(), lr=RATE)
            for batch in batches(samples, client, round):
                optimizer.zero_grad()
                nn.functional.cross_entropy(model(x[batch]), y[batch]).backward()
                optimizer.step()
            for name, p in model.state_dict().items():
                sums[name] += p * (len(samples) / len(train))
        state = sums
        model.load_state_dict(state)
        print(f"{round:5}  {100 * ours[round]:6.2f} %  {100 * accuracy(model, x_test, y_test):5.2f} %", flush=True)
    assert set(last) == set(state)
    apart = math.sqrt(sum(((last[n] - p) ** 2).sum().item() for n, p in state.items()))
    norm = math.sqrt(sum((p**2).sum().item() for p in state.values()))
    print(f"distance of the last models: {apart:.2e}, norm {norm:.2f}")
    model.load_state_dict(last)
    print(f"hyperfed's model in PyTorch: {100 * accuracy(model, x_test, y_test):.2f} %")


if __name__ == "__main__":
    main(sys.argv[1])
