"""Objectives of sequences step by step, with and without padding, in double precision by PyTorch.

Padded steps are taken out of the sequences before PyTorch sees them: recurrent layers run on packed
sequences of what is left, wherever the padding stood, and only what is left is judged. Gradients are those of
the sum of the steps' losses, each times the weight of its sample, divided by the number of steps that
are left, or by the sum of their weights.
"""

import common
import numpy as np

import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

torch.set_default_dtype(torch.float64)
RANDOM = np.random.default_rng(19900616)
SAMPLES, STEPS = 7, 6


def draw(*shape, scale=1.0):
    return np.float64(np.float32(np.round(scale * RANDOM.standard_normal(shape), 3)))


def masks():
    """Padding at the end, at the front, in between, and none; every sample has a step that is none."""
    mask = np.ones((SAMPLES, STEPS), bool)
    mask[1, 3:], mask[2, 1:], mask[3, :2], mask[4, 2:4], mask[5, [0, 2, 5]] = [False] * 5
    return mask


def left(x, mask):
    """The steps that are no padding, and their numbers."""
    lengths = mask.sum(1)
    rows = torch.zeros(SAMPLES, STEPS, x.shape[-1])
    for i in range(SAMPLES):
        rows[i, : lengths[i]] = x[i, torch.tensor(mask[i])]
    return rows, torch.tensor(lengths)


def cell(kind, features, units, both=False):
    layer = getattr(torch.nn, kind)(features, units, batch_first=True, bidirectional=both)
    for name, p in layer.named_parameters():
        p.data = torch.tensor(draw(*p.shape, scale=0.5))
        # Where nntrain has one bias it is that of the inputs.
        if name.startswith("bias_hh") and kind != "GRU":
            p.data.zero_()
            p.requires_grad = False
    return layer


def run(layer, rows, lengths):
    out, state = layer(pack_padded_sequence(rows, lengths, batch_first=True, enforce_sorted=False))
    padded, _ = pad_packed_sequence(out, batch_first=True, total_length=STEPS)
    return padded, state[0] if isinstance(state, tuple) else state


def linear(features, units):
    layer = torch.nn.Linear(features, units)
    for p in layer.parameters():
        p.data = torch.tensor(draw(*p.shape, scale=0.5))
    return layer


def parameters(**layers):
    return {
        f"{layer}.{name}": p
        for layer, module in layers.items()
        for name, p in module.named_parameters()
        if p.requires_grad
    }


def case(name, x, targets, weights, losses, mask, learnt, metrics, normalize="samples"):
    """`losses` has a number for each step that is left, sample after sample."""
    each = torch.tensor(np.repeat(weights, mask.sum(1)))
    total = (each * losses).sum()
    loss = total / (each.sum() if normalize == "weights" else len(losses))
    slopes = torch.autograd.grad(loss, list(learnt.values()))
    return {
        "name": name,
        "inputShape": list(x.shape[1:]),
        "inputs": common.numbers(x),
        "targets": common.numbers(targets),
        "weights": common.numbers(weights),
        "normalize": normalize,
        "objective": float(loss.detach()),
        "metrics": [float(m.detach()) for m in metrics],
        "names": list(learnt),
        "values": [common.numbers(p.detach().numpy()) for p in learnt.values()],
        "gradients": [[float(f"{v:.9g}") for v in g.numpy().ravel()] for g in slopes],
    }


def flat(rows, lengths):
    return torch.cat([rows[i, : lengths[i]] for i in range(SAMPLES)])


def characters(name, mask, normalize="samples", shares=False):
    ids = RANDOM.integers(1, 7, (SAMPLES, STEPS))
    ids[~mask] = 0
    targets = RANDOM.integers(0, 5, (SAMPLES, STEPS))
    wanted = torch.tensor(targets)
    if shares:
        wanted = torch.tensor(np.round(RANDOM.dirichlet(np.ones(5), (SAMPLES, STEPS)), 2))
        wanted[..., 4] = 1 - wanted[..., :4].sum(-1)
    weights = np.float64(np.float32(np.round(RANDOM.uniform(0.5, 2, SAMPLES), 2)))
    embedding = torch.nn.Embedding(7, 3)
    embedding.weight.data = torch.tensor(draw(7, 3))
    lstm, dense = cell("LSTM", 3, 4), linear(4, 5)
    rows, lengths = left(embedding(torch.tensor(ids)), mask)
    logits = flat(dense(run(lstm, rows, lengths)[0]), lengths)
    truth = wanted[torch.tensor(mask)]
    losses = torch.nn.functional.cross_entropy(logits, truth, reduction="none")
    learnt = parameters(embedding_1=embedding, lstm_1=lstm, dense_1=dense)
    kept = truth.argmax(-1) if shares else truth
    right = (logits.argmax(-1) == kept).double().mean()
    bits = -torch.log_softmax(logits, -1).gather(1, kept[:, None]).mean() / np.log(2)
    told = wanted.numpy() if shares else targets
    return case(name, ids, told, weights, losses, mask, learnt, [right, bits], normalize)


def values(name, mask):
    x, targets = draw(SAMPLES, STEPS, 3), draw(SAMPLES, STEPS, 2)
    x[~mask] = -9
    weights = np.float64(np.float32(np.round(RANDOM.uniform(0.5, 2, SAMPLES), 2)))
    gru, dense = cell("GRU", 3, 4, both=True), linear(8, 2)
    rows, lengths = left(torch.tensor(x), mask)
    outputs = flat(dense(run(gru, rows, lengths)[0]), lengths)
    error = outputs - torch.tensor(targets)[torch.tensor(mask)]
    learnt = parameters(bidirectional_1=gru, dense_1=dense)
    return case(
        name, x, targets, weights, (error**2).mean(-1), mask, learnt, [error.abs().mean()]
    )


def last(name, mask):
    x, targets = draw(SAMPLES, STEPS, 3), RANDOM.integers(0, 3, SAMPLES)
    x[~mask] = 0
    weights = np.ones(SAMPLES)
    lstm, rnn, dense = cell("LSTM", 3, 4), cell("RNN", 4, 5), linear(5, 3)
    rows, lengths = left(torch.tensor(x), mask)
    between = run(lstm, rows, lengths)[0]
    logits = dense(run(rnn, between, lengths)[1][0])
    losses = torch.nn.functional.cross_entropy(logits, torch.tensor(targets), reduction="none")
    learnt = parameters(lstm_1=lstm, simple_rnn_1=rnn, dense_1=dense)
    right = (logits.argmax(-1) == torch.tensor(targets)).double().mean()
    return case(name, x, targets, weights, losses, np.ones((SAMPLES, 1), bool), learnt, [right])


if __name__ == "__main__":
    whole = np.ones((SAMPLES, STEPS), bool)
    cases = [
        characters("characters", whole),
        characters("characters by weights", masks(), normalize="weights"),
        characters("characters padded", masks()),
        characters("characters by shares", whole, shares=True),
        values("values", whole),
        values("values padded", masks()),
        last("last padded", masks()),
    ]
    common.write("positions", "positions.py", ("numpy", "torch"), {"cases": cases})
