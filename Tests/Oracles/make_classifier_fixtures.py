"""Makes small problems with their optima for what `make_probe_fixtures.py` leaves out: softmax, class weights, scaling.

    python make_classifier_fixtures.py ../Fixtures

writes classifier-problems.safetensors (NAME.x [rows, columns] and NAME.y [rows] of class numbers, both F32) and
classifier-problems.json. The objective is that of `L1Regression`, W a row a class, or one row for two classes:

    F(W, b) = ||W||_1 + C * sum_i a_i (log sum_k exp z_ik - z_i,y_i),  z_i = W x_i + b,  b not penalised

a_i is n / (K n_k) where `balanced`, else 1; x is (x - mean) / deviation where `standardised`. For each problem the JSON
holds three optima: `c`, `objective` and `gap`, the relative duality gap that this script finds for scikit-learn's SAGA
at tol 1e-14. Features are dense, or collinear: groups of columns with correlation 0.95 and two that repeat others.
Needs: numpy, scipy, safetensors, scikit-learn.
"""

import argparse
import json
import warnings
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from scipy.optimize import minimize
from scipy.special import logsumexp, softmax, xlogy
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

FACTORS = [1.5, 8, 40]  # C over the largest C whose optimum is W = 0
KINDS = {"softmax": (3, False, False), "weights": (2, True, False), "scaled": (2, False, True),
         "scaled-softmax-weights": (3, True, True)}  # classes, balanced, standardised


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="folder that receives the two files")
    out = parser.parse_args().out
    random = np.random.default_rng(20261127)
    tensors, described = {}, []
    for shape, make in {"dense": dense, "collinear": collinear}.items():
        for kind, (classes, balanced, standardised) in KINDS.items():
            name = f"{shape}-{kind}"
            x = make(random) * (np.geomspace(0.1, 10, make(random).shape[1]) if standardised else 1) + 2 * standardised
            y = labels(random, x, classes)
            x = x.astype(np.float32)
            tensors |= {f"{name}.x": x, f"{name}.y": y.astype(np.float32)}
            described.append({"name": name, "rows": len(y), "columns": x.shape[1], "classes": classes, "balanced": balanced,
                              "standardised": standardised, "optima": optima(name, x.astype(float), y, classes, balanced, standardised)})
    save_file(tensors, out / "classifier-problems.safetensors")
    (out / "classifier-problems.safetensors").chmod(0o644)
    (out / "classifier-problems.json").write_text(json.dumps({"problems": described}, indent=1) + "\n", encoding="utf-8")


def dense(random):
    return random.normal(size=(70, 16))


def collinear(random):
    shared = np.repeat(random.normal(size=(50, 12)), 5, axis=1)
    x = np.sqrt(0.95) * shared + np.sqrt(0.05) * random.normal(size=(50, 60))
    x[:, 31], x[:, 57] = x[:, 3], x[:, 40]
    return x


def labels(random, x, classes):
    """Unequal classes that some columns tell apart."""
    z = (x - x.mean(0)) / x.std(0)
    scores = np.column_stack([np.full(len(x), 0.8)] + [2 * z[:, 4 * k] - 1.5 * z[:, 4 * k + 1] for k in range(1, classes)])
    return np.array([random.choice(classes, p=p) for p in softmax(scores, axis=1)])


def optima(name, x, y, classes, balanced, standardised):
    if standardised:
        x = (x - x.mean(0)) / x.std(0)
    weights = len(y) / (classes * np.bincount(y)) [y] if balanced else np.ones(len(y))
    problem = Problem(x, y, classes, weights)
    start = problem.centre(np.zeros((problem.outputs, x.shape[1])), np.zeros(problem.outputs), 1.0)
    smallest = 1 / np.abs(problem.slopes(*start, 1.0).T @ x).max()
    found = []
    for factor in FACTORS:
        c = float(np.float32(factor * smallest))
        w, b = saga(x, y, c, classes, balanced)
        w, b = problem.centre(w, b, c)
        objective = problem.objective(w, b, c)
        gap = (objective - problem.dual(w, b, c)) / objective
        print(f"{name:<32} C {c:<10.5g} F {objective:.10g}  not 0: {np.count_nonzero(w):>3}  gap {gap:.1e}")
        assert gap < 1e-6, "SAGA has not converged"
        found.append({"c": c, "objective": objective, "gap": float(max(gap, 0))})
    return found


def saga(x, y, c, classes, balanced):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = LogisticRegression(C=c, l1_ratio=1, solver="saga", tol=1e-14, max_iter=600_000, random_state=0,
                                   class_weight="balanced" if balanced else None).fit(x, y)
    return model.coef_.astype(float), model.intercept_.astype(float)


class Problem:
    """Two classes have one output, the second's log-odds; of more each has its own."""

    def __init__(self, x, y, classes, weights):
        self.x, self.weights, self.classes = x, weights, classes
        self.outputs = 1 if classes == 2 else classes
        self.truth = np.eye(classes)[y]

    def margins(self, w, b):
        z = self.x @ w.T + b
        return np.column_stack([np.zeros(len(z)), z]) if self.classes == 2 else z

    def loss(self, w, b, c):
        z = self.margins(w, b)
        return c * self.weights @ (logsumexp(z, axis=1) - (self.truth * z).sum(1))

    def objective(self, w, b, c):
        return float(np.abs(w).sum() + self.loss(w, b, c))

    def slopes(self, w, b, c):
        """The loss by the outputs' margins, a row a text."""
        all = c * self.weights[:, None] * (softmax(self.margins(w, b), axis=1) - self.truth)
        return all[:, 1:] if self.classes == 2 else all

    def centre(self, w, b, c):
        """The best intercepts, to the last digit: the dual point must have slopes that sum to 0."""
        best = minimize(lambda b: self.loss(w, b, c), b, jac=lambda b: self.slopes(w, b, c).sum(0), method="BFGS",
                        options={"gtol": 1e-13})
        return w, best.x

    def dual(self, w, b, c):
        """The entropy of q = truth + slopes / (c a), with slopes scaled so that no gradient is above 1."""
        slopes = self.slopes(w, b, c)
        share = 1 / max(1, np.abs(slopes.T @ self.x).max())
        if self.classes == 2:
            slopes = np.column_stack([-slopes, slopes])
        q = self.truth + share * slopes / (c * self.weights[:, None])
        return float(-(c * self.weights[:, None] * xlogy(q, np.maximum(q, 1e-300))).sum())


if __name__ == "__main__":
    main()
