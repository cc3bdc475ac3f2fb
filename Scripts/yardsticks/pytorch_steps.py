"""Training steps per second of bare PyTorch on one thread: the yardstick of `hyperfed bench models`.

For each model and batch size: forward, backward and one step of SGD on tensors that are ready, in several
eager variants (memory formats, ways to apply the update), best of them. Processor time, median of rounds.
Prints a line "model batch steps_per_second variant" for each.
"""
import sys
import time

import torch
from model_derivatives import ResNet
from torch import nn

torch.set_num_threads(1)
torch.manual_seed(0)


class SequenceLSTM(nn.Module):
    """Symbols to logits at each position; time first or batch first inside."""

    def __init__(self, vocabulary, embedding, hidden, layers, batch_first, sparse=False):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, embedding, sparse=sparse)
        self.lstm = nn.LSTM(embedding, hidden, layers, batch_first=batch_first)
        self.head = nn.Linear(hidden, vocabulary)

    def forward(self, x):
        return self.head(self.lstm(self.embedding(x))[0]).flatten(0, 1)


def cnn():
    return nn.Sequential(
        nn.Conv2d(1, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(3136, 512), nn.ReLU(), nn.Linear(512, 10))


def cases(name, batch):
    """(variant, model, input, labels) for each way to lay the work out."""
    if name in ("char_lstm", "word_lstm"):
        length, sizes = (80, (80, 8, 256, 1)) if name == "char_lstm" else (35, (10_000, 200, 200, 2))
        for sparse in (False, True) if name == "word_lstm" else (False,):
            for batch_first in (True, False):
                shape = (batch, length) if batch_first else (length, batch)
                yield (("batch first" if batch_first else "time first") + (", sparse" if sparse else ""),
                       SequenceLSTM(*sizes, batch_first, sparse),
                       torch.randint(sizes[0], shape), torch.randint(sizes[0], (length * batch,)))
        return
    labels = torch.randint(10, (batch,))
    if name == "cnn":
        for layout in (torch.contiguous_format, torch.channels_last):
            yield ("channels last" if layout == torch.channels_last else "channels first",
                   cnn().to(memory_format=layout),
                   torch.rand(batch, 1, 28, 28).to(memory_format=layout), labels)
        return
    if name.startswith("resnet"):
        blocks = [(int(name.removeprefix("resnet")) - 2) // 6] * 3
        for layout in (torch.contiguous_format, torch.channels_last):
            yield ("channels last" if layout == torch.channels_last else "channels first",
                   ResNet(blocks, 16).to(memory_format=layout),
                   torch.rand(batch, 3, 32, 32).to(memory_format=layout), labels)
        return
    if name == "softmax_regression":
        model = nn.Linear(784, 10)
    else:
        model = nn.Sequential(nn.Linear(784, 200), nn.ReLU(), nn.Linear(200, 10))
    yield ("plain", model, torch.rand(batch, 784), labels)


def updates(model):
    """(variant, function that applies and clears the gradients)."""
    parameters = list(model.parameters())

    def by_hand():
        with torch.no_grad():
            for p in parameters:
                p.add_(p.grad, alpha=-0.01)
                p.grad = None

    yield "by hand", by_hand
    for word, options in (("SGD", {}), ("fused SGD", {"fused": True})):
        try:
            optimizer = torch.optim.SGD(parameters, lr=0.01, **options)
        except (TypeError, RuntimeError):
            continue

        def by_optimizer(optimizer=optimizer):
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)

        yield word, by_optimizer


def steps_per_second(step, seconds):
    """Median over rounds of at least `seconds` each."""
    for _ in range(3):
        step()
    rates = []
    for _ in range(3):
        steps, started = 0, time.process_time()
        while True:
            step()
            steps += 1
            taken = time.process_time() - started
            if taken >= seconds:
                break
        rates.append(steps / taken)
    return sorted(rates)[1]


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 0.2
    loss = nn.functional.cross_entropy
    batches = {"word_lstm": (20,), "resnet8": (32,), "resnet20": (32,)}
    for name in ("softmax_regression", "mlp", "cnn", "char_lstm", "word_lstm", "resnet8", "resnet20"):
        for batch in batches.get(name, (10, 32, 128)):
            best = (0.0, "")
            for layout, model, x, y in cases(name, batch):
                for update, apply in updates(model):
                    # The fused SGD takes no sparse gradients.
                    if update == "fused SGD" and "sparse" in layout:
                        continue

                    def step():
                        loss(model(x), y).backward()
                        apply()

                    best = max(best, (steps_per_second(step, seconds), f"{layout}, {update}"))
            print(name, batch, f"{best[0]:.3f}", best[1], flush=True)


main()
