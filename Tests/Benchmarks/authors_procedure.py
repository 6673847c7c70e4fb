#!/usr/bin/env python3
"""The authors' procedure on the features of a run, bugs included: what SPIN has to be no worse than.

    python Tests/Benchmarks/authors_procedure.py RUN.spin            # accuracy
    python Tests/Benchmarks/authors_procedure.py RUN.spin --macro-f1
    python Tests/Benchmarks/authors_procedure.py RUN.spin --check    # our SAGA against scikit-learn's

The paper's scripts (arXiv 2311.15983; constants from their `sparsify.py`): unscaled F32 features; SAGA with L1
in short fits that each restart its gradient memory and its shuffle, 16 of 4 epochs a probe and 32 of 2 epochs
a head; C in 0.1, 0.2, 1, 10, 100; the probe of the last C decides the neurons, by w²; after every short fit
validation is scored, and the best score of all is the result. RUN must hold the poolings first, max and mean
of hidden states and activations (`fit --paper` keeps them) and have two classes.

scikit-learn's SAGA spends most of its time on bookkeeping that dense features do not need, so the same steps
are written out here for Numba: same seed, same order, same step; `--check` shows the coefficients to agree.
Needs: numba, numpy, safetensors, scikit-learn.
"""

import argparse
import json
import time
import warnings
from pathlib import Path

import numba
import numpy as np
from safetensors.numpy import load_file
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score

CS = (0.1, 0.2, 1, 10, 100)
ETAS = (0.001, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8)
POOLINGS = ("first", "max", "mean")
PROBE_FITS, PROBE_EPOCHS = 16, 4
HEAD_FITS, HEAD_EPOCHS = 32, 2
TOLERANCE = np.float32(1e-4)
SHUFFLE = np.random.RandomState(42).randint(1, np.iinfo(np.int32).max)


@numba.njit(fastmath=True, cache=True)
def saga(x, y, weights, intercept, step, threshold, epochs, seed):
    """One fit: `epochs` passes from `weights` [columns], which it changes; the intercept after them.

    x [texts, columns] and y [texts] of 0 and 1; threshold is step / (C · texts), the proximal step of |w|.
    """
    texts, columns = x.shape
    memory = np.zeros(texts, np.float32)
    seen = np.zeros(texts, np.bool_)
    total = np.zeros(columns, np.float32)
    before = weights.copy()
    intercept_total = np.float32(0)
    count = 0
    state = np.uint32(seed)
    for _ in range(epochs):
        for _ in range(texts):
            state ^= np.uint32(state << np.uint32(13))
            state ^= np.uint32(state >> np.uint32(17))
            state ^= np.uint32(state << np.uint32(5))
            row = np.int64(np.uint32(state) & np.uint32(0x7FFFFFFF)) % texts
            if not seen[row]:
                seen[row] = True
                count += 1
            features = x[row]
            margin = intercept
            for j in range(columns):
                margin += features[j] * weights[j]
            gradient = np.float32(1 / (1 + np.exp(-margin)) - y[row])
            change = gradient - memory[row]
            memory[row] = gradient
            direct = np.float32(change * step * (1 - 1 / count))
            share = np.float32(step / count)
            for j in range(columns):
                total[j] += features[j] * change
                moved = weights[j] - features[j] * direct - share * total[j]
                weights[j] = max(moved - threshold, np.float32(0)) + min(moved + threshold, np.float32(0))
            intercept_total += change
            intercept -= share * intercept_total + direct
        moved_most = np.abs(weights - before).max()
        largest = np.abs(weights).max()
        if (largest != 0 and moved_most <= TOLERANCE * largest) or (largest == 0 and moved_most == 0):
            break
        before[:] = weights
    return intercept


class Classifier:
    """A warm-started logistic regression on unscaled features, as the scripts keep one."""

    def __init__(self, x, y, c):
        self.x, self.y = x, y.astype(np.float32)
        lipschitz = 0.25 * (float((x.astype(np.float64) ** 2).sum(1).max()) + 1)
        self.step = np.float32(1 / (2 * lipschitz))
        self.threshold = np.float32(self.step / (c * len(y)))
        self.weights, self.intercept = np.zeros(x.shape[1], np.float32), np.float32(0)

    def fit(self, epochs):
        self.intercept = np.float32(saga(
            self.x, self.y, self.weights, self.intercept, self.step, self.threshold, epochs, SHUFFLE))

    def predicted(self, x):
        return (x @ self.weights + self.intercept > 0).astype(int)


class Features:
    """Pooled features and labels of a run by split."""

    def __init__(self, run):
        self.run = run
        rows = [json.loads(line) for line in (run / "texts.jsonl").read_text().split("\n") if line]
        self.rows = {
            split: [i for i, row in enumerate(rows) if row["split"] == split]
            for split in ("train", "validation", "test")}
        classes = json.loads((run / "run.json").read_text())["data"]["classes"]
        labels = np.array([
            row["label"] if isinstance(row["label"], int) else classes.index(row["label"]) for row in rows])
        self.labels = {split: labels[kept] for split, kept in self.rows.items()}

    def layers(self, source, pooling):
        """Matrices by split of each layer of `hidden` or `act`, in order."""
        files = sorted(self.run.glob(f"features/{source}.*.safetensors"), key=lambda f: int(f.name.split(".")[1]))
        for file in files:
            matrix = load_file(file)[pooling].astype(np.float32)
            yield {split: np.ascontiguousarray(matrix[kept]) for split, kept in self.rows.items()}


def salient(weights, eta):
    """The fewest neurons whose w² reach the share η of the layer's; always one."""
    saliency = weights.astype(np.float64) ** 2
    order = np.argsort(-saliency, kind="stable")
    reached = np.cumsum(saliency[order])
    return order[:1 + int(np.searchsorted(reached, eta * reached[-1]))]


def integrated(features, metric, source, pooling):
    """(validation, test, description) of the best checkpoint of every head of a source and a pooling."""
    layers = list(features.layers(source, pooling))
    y = features.labels
    probes = []
    for layer in layers:
        probe = Classifier(layer["train"], y["train"], CS[-1])
        for _ in range(PROBE_FITS):
            probe.fit(PROBE_EPOCHS)
        probes.append(probe.weights)
    for eta in ETAS:
        kept = [salient(weights, eta) for weights in probes]
        for depth in range(1, len(layers) + 1):
            x = {
                split: np.ascontiguousarray(np.hstack([
                    layer[split][:, columns] for layer, columns in zip(layers[:depth], kept)]))
                for split in y}
            for c in CS:
                head = Classifier(x["train"], y["train"], c)
                for fit in range(HEAD_FITS):
                    head.fit(HEAD_EPOCHS)
                    validation = metric(y["validation"], head.predicted(x["validation"]))
                    test = metric(y["test"], head.predicted(x["test"]))
                    yield validation, test, f"{source} {pooling} η {eta} depth {depth} C {c} fit {fit + 1}, {x['train'].shape[1]} neurons"


def check(features):
    """Prints how far our SAGA is from scikit-learn's after four fits, at every C, on the first layer."""
    warnings.filterwarnings("ignore", "The max_iter was reached")  # as the scripts want it
    layer = next(features.layers("act", "mean"))["train"]
    for c in CS:
        ours = Classifier(layer, features.labels["train"], c)
        theirs = LogisticRegression(
            l1_ratio=1, solver="saga", C=c, max_iter=PROBE_EPOCHS, random_state=42, warm_start=True)
        for _ in range(4):
            ours.fit(PROBE_EPOCHS)
            theirs.fit(layer, features.labels["train"])
        difference = np.abs(ours.weights - theirs.coef_[0]).max() / np.abs(theirs.coef_).max()
        print(f"C {c}: largest difference of a weight {difference:.1e} of the largest weight")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--macro-f1", action="store_true")
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    features = Features(arguments.run)
    if arguments.check:
        return check(features)
    metric = (lambda y, p: f1_score(y, p, average="macro")) if arguments.macro_f1 else accuracy_score
    started = time.monotonic()
    best = (-1.0, -1.0, "")
    for source in ("hidden", "act"):
        for pooling in POOLINGS:
            for found in integrated(features, metric, source, pooling):
                if found[0] > best[0]:
                    best = found
            print(f"{time.monotonic() - started:6.0f} s  after {source} {pooling}: "
                  f"validation {best[0]:.4f}  test {best[1]:.4f}  {best[2]}", flush=True)


if __name__ == "__main__":
    main()
