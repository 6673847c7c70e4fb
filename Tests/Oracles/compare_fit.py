"""Redoes the fit of a SpinScope run with scikit-learn, from the pooled features that the run keeps.

    python compare_fit.py reviews.spin
    python compare_fit.py reviews.spin --parts ab

It prints four parts:

    a  the test accuracy of the stored head on the stored features; must equal scores.json exactly
    b  scikit-learn's converged L1 head on the same neurons at the same C: objective and test accuracy
    c  the whole choice again: a probe a layer, neurons by eta, head; how many of the chosen neurons are the same
    d  what SPIN is compared with: Base (last hidden state) and the best single layer, C chosen on validation

Everything but part a is fitted on the training split by liblinear, whose objective is that of DESIGN.md when its
intercept is all but free (`intercept_scaling`). "No worse" means: not below by more than one binomial standard error.
Exit code: 0 if part a is exact and part b no worse, 1 if not. Needs: numpy, safetensors, scikit-learn.
"""

import argparse
import json
import re
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from sklearn.linear_model import LogisticRegression

FILES = {"hidden": "hidden", "activation": "act"}  # representation: its name in features/
LETTERS = {"hidden": "H", "activation": "A"}  # representation: its letter in a neuron address
GRID = [0.01, 0.1, 1, 10]  # C for part d if the run names none


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, help="folder NAME.spin")
    parser.add_argument("--parts", default="abcd", help="which parts to do (default: abcd)")
    options = parser.parse_args()
    if not (options.run / "run.json").is_file():
        parser.error(f"{options.run}: not a run, run.json not found")
    run = Run(options.run)
    print(run.summary())
    parts = {"a": stored_head, "b": same_neurons, "c": whole_choice, "d": baselines}
    results = [part(run) for letter, part in parts.items() if letter in options.parts]
    sys.exit(0 if all(results) else 1)


class Run:
    """What a run folder holds, as numpy arrays. All keys that this script reads are named here."""

    def __init__(self, folder):
        self.folder = folder
        self.chosen = self.json("run.json")["chosen"]
        self.settings = self.json("run.json").get("settings", {})
        self.representation, self.pooling = self.chosen["source"], self.chosen["pooling"]
        self.eta, self.depth, self.c = eta_of(self.chosen["selection"]), self.chosen["depth"], self.chosen["c"]
        head = self.json("head.json")
        self.classes, self.neurons = [str(label) for label in head["classes"]], head["neurons"]
        self.head = {name: value.astype(float) for name, value in load_file(folder / "head.safetensors").items()}
        lines = (folder / "texts.jsonl").read_text(encoding="utf-8").split("\n")
        texts = [json.loads(line) for line in lines if line]
        self.labels = np.array([self.classes.index(str(text["label"])) for text in texts])
        self.split = np.array([text["split"] for text in texts])

    def json(self, name):
        return json.loads((self.folder / name).read_text(encoding="utf-8"))

    @cached_property
    def test_score(self):
        return self.json("scores.json")["testEvaluation"]["score"]

    @property
    def grid(self):
        values = self.settings.get("c", GRID)
        return sorted(values) if isinstance(values, list) else GRID

    def probe_c(self, layer):
        """The C of one layer's probe; the head's where probes.json does not say."""
        probes = self.json("probes.json")
        key = (self.representation, self.pooling, layer)
        for probe in probes.get("probes", []) if isinstance(probes, dict) else probes:
            if (probe.get("representation"), probe.get("pooling"), probe.get("layer")) == key:
                return probe["c"]
        return self.c

    def layers(self, representation):
        names = [file.name for file in (self.folder / "features").glob(f"{FILES[representation]}.*.safetensors")]
        return sorted(int(name.split(".")[1]) for name in names)

    def features(self, representation, layer):
        """[texts, neurons] of one layer in the chosen pooling."""
        values = load_file(self.folder / "features" / f"{FILES[representation]}.{layer}.safetensors")[self.pooling]
        if len(values) != len(self.labels):
            sys.exit(f"{FILES[representation]}.{layer}: {len(values)} rows, but texts.jsonl has {len(self.labels)}")
        return values.astype(float)

    def columns(self, neurons):
        """[texts, neurons] of some neuron addresses, in their order."""
        places = [re.fullmatch(r"([AH])(\d+)\.(\d+)", neuron).groups() for neuron in neurons]
        kinds = {letter: representation for representation, letter in LETTERS.items()}
        found = {place[:2]: self.features(kinds[place[0]], int(place[1])) for place in set(places)}
        return np.column_stack([found[kind, layer][:, int(index)] for kind, layer, index in places])

    def summary(self):
        counts = ", ".join(f"{np.sum(self.split == name)} {name}" for name in ("train", "validation", "test"))
        return (f"{self.folder.name}: {self.representation}, {self.pooling} pooling, eta {self.eta}, depth {self.depth}, "
                f"C {self.c}; {len(self.neurons)} neurons; {len(self.classes)} classes; {counts}")


@dataclass
class Linear:
    """Logits w.x + b, one row a class, or one row in all for two classes; weights in standardised units."""

    weights: np.ndarray
    intercepts: np.ndarray
    mean: np.ndarray
    scale: np.ndarray

    def logits(self, x):
        return (x - self.mean) / self.scale @ self.weights.T + self.intercepts

    def predict(self, x):
        logits = self.logits(x)
        return logits.argmax(axis=1) if logits.shape[1] > 1 else (logits[:, 0] > 0).astype(int)

    def objective(self, x, labels, c):
        """||w||_1 + C sum log(1 + exp(-y logit)), summed over the classes that have a row."""
        signs = targets(labels, len(self.weights))
        return np.abs(self.weights).sum() + c * np.logaddexp(0, -signs * self.logits(x)).sum()


def targets(labels, rows):
    """±1 for every text and row of weights; the only row of a two-class problem is for class 1."""
    return np.column_stack([np.where(labels == (1 if rows == 1 else row), 1, -1) for row in range(rows)])


def fit(x, labels, classes, c):
    """One L1 logistic regression, one versus rest, on features standardised by their own mean and deviation."""
    mean, scale = x.mean(axis=0), x.std(axis=0)
    scale[scale == 0] = 1
    z = (x - mean) / scale
    weights, intercepts = [], []
    for sign in targets(labels, 1 if classes == 2 else classes).T:
        # liblinear penalises its intercept, through a constant feature; a large constant leaves nearly nothing to pay.
        model = LogisticRegression(C=c, l1_ratio=1, solver="liblinear", tol=1e-6, max_iter=2000, intercept_scaling=1000,
                                   random_state=0).fit(z, sign)
        weights.append(model.coef_[0])
        intercepts.append(model.intercept_[0])
    return Linear(np.array(weights), np.array(intercepts), mean, scale)


def fit_on_train(run, x, c):
    train = run.split == "train"
    return fit(x[train], run.labels[train], len(run.classes), c)


def correct(run, model, x, split):
    """How many texts of a split the model gets right, and how many there are."""
    rows = run.split == split
    return int(np.sum(model.predict(x[rows]) == run.labels[rows])), int(rows.sum())


def percent(right, total):
    return f"{100 * right / total:.2f} % ({right}/{total})"


def spin_head(run):
    """The stored head; its weights and intercept are in raw units, as head.safetensors keeps them."""
    coef, intercept = np.atleast_2d(run.head["coef"]), np.atleast_1d(run.head["intercept"])
    mean, scale = run.head["mean"], run.head["scale"]
    return Linear(coef * scale, intercept + coef @ mean, mean, scale)


def stored_head(run):
    x = run.columns(run.neurons)
    right, total = correct(run, spin_head(run), x, "test")
    stored = run.test_score
    exact = total == stored["n"] and right == round(stored["accuracy"] * total)
    print(f"\na  stored head on stored features: {percent(right, total)}; "
          f"scores.json: {100 * stored['accuracy']:.2f} % of {stored['n']}: {'equal' if exact else 'NOT EQUAL'}")
    if not exact:
        margins = np.sort(np.abs(spin_head(run).logits(x[run.split == "test"])).min(axis=1))
        print(f"   smallest |logit|: {', '.join(f'{margin:.1e}' for margin in margins[:5])}")
    return exact


def same_neurons(run):
    x, spin = run.columns(run.neurons), spin_head(run)
    train = run.split == "train"
    theirs = fit_on_train(run, x, run.c)
    print(f"\nb  scikit-learn on the same {len(run.neurons)} neurons, C {run.c}")
    if len(spin.weights) == len(theirs.weights):
        ours, best = (model.objective(x[train], run.labels[train], run.c) for model in (spin, theirs))
        print(f"   objective: SPIN {ours:.8g}, scikit-learn {best:.8g}, SPIN's excess {ours / best - 1:+.1e}")
    shift = max(np.abs((spin.mean - theirs.mean) / theirs.scale).max(), np.abs(spin.scale / theirs.scale - 1).max())
    print(f"   mean and scale of the head differ from those of the training split by {shift:.1e} deviations at most")
    (spin_right, total), (right, _) = (correct(run, model, x, "test") for model in (spin, theirs))
    return verdict(spin_right, right, total)


def verdict(spin, other, total):
    share = other / total
    error = np.sqrt(share * (1 - share) / total)
    fine = bool(spin / total >= share - error)
    print(f"   test: SPIN {percent(spin, total)}, scikit-learn {percent(other, total)}, standard error {100 * error:.2f} %: "
          f"{'no worse within one standard error' if fine else 'WORSE by more than one standard error'}")
    return fine


def whole_choice(run):
    print(f"\nc  the whole choice again: probes, eta {run.eta}, head")
    chosen = []
    for layer in [layer for layer in run.layers(run.representation) if layer <= run.depth]:
        probe = fit_on_train(run, run.features(run.representation, layer), run.probe_c(layer))
        address = f"{LETTERS[run.representation]}{layer}."
        ours = {neuron for neuron in run.neurons if neuron.startswith(address)}
        theirs = [f"{address}{index}" for index in salient((probe.weights ** 2).sum(axis=0), run.eta)]
        print(f"   layer {layer:>2}: C {run.probe_c(layer):g}, {np.count_nonzero(probe.weights.any(axis=0))} weights not zero; "
              f"kept by SPIN {len(ours)}, by scikit-learn {len(theirs)}, by both {len(ours & set(theirs))}")
        chosen += theirs
    both, either = len(set(chosen) & set(run.neurons)), len(set(chosen) | set(run.neurons))
    print(f"   all: SPIN {len(run.neurons)}, scikit-learn {len(chosen)}, both {both}, overlap {both}/{either}")
    if chosen:
        x = run.columns(chosen)
        right, total = correct(run, fit_on_train(run, x, run.c), x, "test")
        verdict(correct(run, spin_head(run), run.columns(run.neurons), "test")[0], right, total)
    return True


def eta_of(selection):
    """The share of saliency that a selection such as {"eta": {"_0": 0.8}} keeps."""
    value = selection.get("eta")
    if value is None:
        sys.exit("this run keeps the top few neurons of a layer; only shares are compared")
    return value["_0"] if isinstance(value, dict) else value


def salient(saliency, eta):
    """The smallest set of top neurons whose saliency reaches eta of the total: at least one, none if all are zero."""
    if not saliency.any():
        return []
    order = np.argsort(-saliency, kind="stable")
    reached = np.cumsum(saliency[order]) >= eta * saliency.sum()
    return order[:int(np.argmax(reached)) + 1 if reached.any() else len(order)].tolist()


def baselines(run):
    print(f"\nd  baselines, {run.pooling} pooling, C of {run.grid} by validation")
    report(run, "Base", [("hidden", run.layers("hidden")[-1])])
    for representation in FILES:
        report(run, f"best {representation} layer", [(representation, layer) for layer in run.layers(representation)])
    return True


def report(run, name, candidates):
    """One line: the candidate layer and C that do best on the validation split, and its test accuracy."""
    best = None
    for representation, layer in candidates:
        x = run.features(representation, layer)
        for c in run.grid:
            model = fit_on_train(run, x, c)
            score = correct(run, model, x, "validation")
            if best is None or score > best[0]:
                best = score, correct(run, model, x, "test"), f"{LETTERS[representation]}{layer}", c
    if best:
        score, test, layer, c = best
        print(f"   {name + ':':<23}{layer}, C {c:g}: validation {percent(*score)}, test {percent(*test)}")


if __name__ == "__main__":
    main()
