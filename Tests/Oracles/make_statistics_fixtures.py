"""Computes with scikit-learn, scipy and numpy what the statistics of `Probing` must agree with.

    python make_statistics_fixtures.py ../Fixtures

writes statistics.json:
  evaluations   probabilities and true classes with scikit-learn's metrics; the calibration error, which it lacks, is
                computed here, with bins of equal mass in which equal confidences stay together
  temperatures  logits and true classes with the temperature that scipy finds, and the two losses
  mcnemar       counts with the two-sided exact (scipy.stats.binomtest) and mid-p values
  neurons       pooled values, classes, lengths, one classifier's weights, and what is known of each neuron
  tfidf         texts and the rows of TfidfVectorizer(sublinear_tf=True, min_df=2) on a vocabulary of the commonest words
  intervals     one sample's bootstrap intervals from 200,000 draws of numpy's, within a few per cent the limit of ours
Needs: numpy, scipy, scikit-learn >= 1.7.
"""

import argparse
import json
from collections import Counter
from pathlib import Path

import numpy as np
from scipy import stats
from scipy.optimize import minimize_scalar
from scipy.special import expit, softmax
from sklearn import metrics
from sklearn.feature_extraction.text import TfidfVectorizer


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="folder that receives the file")
    random = np.random.default_rng(20240811)
    made = {
        "evaluations": evaluations(random), "temperatures": temperatures(random), "mcnemar": mcnemar(),
        "neurons": neurons(random), "tfidf": tfidf(), "intervals": intervals(random)}
    path = parser.parse_args().out / "statistics.json"
    path.write_text(json.dumps(made, indent=None, separators=(",", ":")).replace('],"', '],\n"') + "\n", encoding="utf-8")
    path.chmod(0o644)


# -- evaluations


def predictions(random, n, classes, sharpness, shares=None, digits=2):
    """Probabilities rounded so that some are equal, and classes that mostly agree with them."""
    truth = random.choice(classes, size=n, p=shares)
    logits = random.normal(size=(n, classes)) + sharpness * (truth[:, None] == np.arange(classes))
    p = np.maximum(softmax(logits, axis=1).round(digits), 0.01)
    if classes == 2:
        p[:, 0] = 1 - p[:, 1]
    return p / p.sum(axis=1, keepdims=True), truth


def evaluations(random):
    cases = {
        "balanced": predictions(random, 120, 2, 1.5),
        "imbalanced": predictions(random, 90, 2, 1, [0.9, 0.1]),
        "constant": (np.tile([0.4, 0.6], (10, 1)), np.array([0, 1, 1, 0, 1, 1, 0, 1, 1, 1])),
        "three": predictions(random, 90, 3, 1.2),
        "absent": predictions(random, 60, 4, 1, [0.5, 0.3, 0.2, 0]),
    }
    return [{"name": name, "probabilities": p.tolist(), "truth": truth.tolist(), **evaluate(p, truth)}
            for name, (p, truth) in cases.items()]


def evaluate(p, truth, bins=10):
    classes = p.shape[1]
    labels = list(range(classes))
    predicted = p.argmax(axis=1)
    precision, recall, f1, n = metrics.precision_recall_fscore_support(truth, predicted, labels=labels, zero_division=0)
    areas = [metrics.roc_auc_score(truth == k, p[:, k]) for k in labels if 0 < (truth == k).sum() < len(truth)]
    if classes > 2 and len(areas) == classes:
        assert np.isclose(np.mean(areas), metrics.roc_auc_score(truth, p, multi_class="ovr", average="macro"))
    edges = reliability(p.max(axis=1), predicted == truth, bins)
    return {
        "accuracy": metrics.accuracy_score(truth, predicted),
        "balancedAccuracy": float(np.mean(recall[n > 0])),
        "macroF1": metrics.f1_score(truth, predicted, average="macro", labels=labels, zero_division=0),
        "auroc": metrics.roc_auc_score(truth, p[:, 1]) if classes == 2 else float(np.mean(areas)),
        "averagePrecision": metrics.average_precision_score(truth, p[:, 1]) if classes == 2 else None,
        "logLoss": metrics.log_loss(truth, p, labels=labels),
        "brier": metrics.brier_score_loss(truth, p if classes > 2 else p[:, 1], labels=labels),
        "calibrationError": sum(b["n"] * abs(b["accuracy"] - b["confidence"]) for b in edges) / len(truth),
        "calibrationErrorOfLuck": luck(p.max(axis=1), bins),
        "precision": precision.tolist(), "recall": recall.tolist(), "f1": f1.tolist(), "n": n.tolist(),
        "confusion": metrics.confusion_matrix(truth, predicted, labels=labels).tolist(),
        "reliability": edges,
    }


def bin_of(confidence, bins):
    """Bins of equal mass by middle rank, so that equal confidences share one."""
    rank = stats.rankdata(confidence, method="average")  # from 1
    return np.floor((rank - 0.5) * bins / len(confidence)).astype(int)


def reliability(confidence, right, bins):
    index = bin_of(confidence, bins)
    return [{"n": int((index == b).sum()), "confidence": float(confidence[index == b].mean()),
             "accuracy": float(right[index == b].mean())} for b in sorted(set(index))]


def luck(confidence, bins):
    """E[ECE] under perfect calibration, by simulation and in closed form; the two must agree."""
    index = bin_of(confidence, bins)
    right = np.random.default_rng(1).uniform(size=(20_000, len(confidence))) < confidence
    gaps = [(right[:, index == b] - confidence[index == b]).sum(axis=1) for b in sorted(set(index))]
    simulated = np.abs(gaps).sum(axis=0).mean() / len(confidence)
    deviations = [np.sqrt((confidence * (1 - confidence))[index == b].sum()) for b in sorted(set(index))]
    closed = np.sqrt(2 / np.pi) * sum(deviations) / len(confidence)
    assert abs(simulated / closed - 1) < 0.06, (simulated, closed)
    return closed


# -- temperatures


def temperatures(random):
    cases = []
    for name, classes, link, scale in [("sure", 2, "sigmoid", 3), ("unsure", 2, "sigmoid", 0.3),
                                       ("rest", 3, "sigmoid", 2.5), ("softmax", 4, "softmax", 2)]:
        n = 150
        truth = random.choice(classes, size=n)
        logits = random.normal(size=(n, classes)) + 1.5 * (truth[:, None] == np.arange(classes))
        logits = (scale * (logits[:, 1:] - logits[:, :1] if classes == 2 else logits - 1)).round(4)

        def loss(temperature):
            z = logits / temperature
            if classes == 2:
                p = np.column_stack([expit(-z), expit(z)])
            elif link == "softmax":
                p = softmax(z, axis=1)
            else:
                p = expit(z) / expit(z).sum(axis=1, keepdims=True)
            return float(-np.log(p[np.arange(n), truth]).mean())

        starts = [minimize_scalar(lambda t: loss(np.exp(t)), bounds=(low, low + 1), method="bounded",
                                  options={"xatol": 1e-10}) for low in np.arange(-3.9, 3.9, 0.5)]
        best = min(starts, key=lambda found: found.fun)
        cases.append({"name": name, "link": link, "logits": logits.tolist(), "truth": truth.tolist(),
                      "temperature": float(np.exp(best.x)), "lossBefore": loss(1), "lossAfter": loss(np.exp(best.x))})
    return cases


# -- paired comparison


def mcnemar():
    cases = [(0, 0), (1, 0), (3, 3), (2, 9), (12, 31), (42, 34), (0, 20), (400, 330), (5000, 5200)]
    rows = []
    for first, second in cases:
        low, m = min(first, second), first + second
        exact = stats.binomtest(first, m, 0.5).pvalue if m else 1.0
        mid = min(1.0, 2 * (stats.binom.cdf(low, m, 0.5) - 0.5 * stats.binom.pmf(low, m, 0.5)))
        if first == second:
            mid = 1 - 0.5 * stats.binom.pmf(low, m, 0.5)
        rows.append({"onlyFirst": first, "onlySecond": second, "exactP": exact, "midP": float(mid) if m else 1.0})
    return rows


# -- neurons


def neurons(random):
    n, classes = 60, 3
    labels, lengths = random.choice(classes, size=n), random.integers(3, 40, size=n)
    x = random.normal(size=(n, 6)) * [1, 3, 0.1, 1, 1, 1] + [0, 5, -1, 0, 0, 0]
    x[:, 0] += labels == 1
    x[:, 2] -= 0.2 * (labels == 2)
    x[:, 3] = 0.1 * lengths + random.normal(size=n)
    x[:, 4] = -0.9 * x[:, 0] + 0.3 * random.normal(size=n)
    x[:, 5] = 2
    x = x.round(1).astype(np.float32).astype(float)  # some are equal
    weights = np.array([[0.5, -0.25, 0, 1, 0.75, 0]])  # of standardised values, for class 1 of two
    two = (labels == 1).astype(int)
    return {
        "x": x.tolist(), "labels": labels.tolist(), "lengths": lengths.tolist(),
        "three": [alone(x[:, j], labels, classes, lengths) for j in range(6)],
        "two": [alone(x[:, j], two, 2, lengths) for j in range(6)],
        "correlation": np.corrcoef(x[:, :5].T).tolist(),
        "weights": weights[0].tolist(), "varianceShares": variance_shares(x, weights[0]),
    }


def alone(values, labels, classes, lengths):
    areas = {k: metrics.roc_auc_score(labels == k, values) for k in ([1] if classes == 2 else range(classes))}
    best = max(areas, key=lambda k: abs(areas[k] - 0.5))
    inside, outside = values[labels == best], values[labels != best]
    pooled = np.sqrt(((len(inside) - 1) * inside.var(ddof=1) + (len(outside) - 1) * outside.var(ddof=1))
                     / (len(values) - 2))
    return {
        "means": [float(values[labels == k].mean()) for k in range(classes)],
        "deviations": [float(values[labels == k].std(ddof=1)) for k in range(classes)],
        "class": best, "auc": areas[best], "cohensD": float((inside.mean() - outside.mean()) / pooled) if pooled else 0.0,
        "lengthCorrelation": float(stats.pearsonr(values, lengths)[0]) if values.std() else 0.0}


def variance_shares(x, weights):
    scale = np.where(x.std(axis=0) > 0, x.std(axis=0), 1)
    parts = (x - x.mean(axis=0)) / scale * weights
    z = parts.sum(axis=1)
    return [float(np.cov(parts[:, j], z)[0, 1] / z.var(ddof=1)) for j in range(x.shape[1])]


# -- words


TRAIN = [
    "A gripping, gripping film: the plot is thin, but the acting is superb.", "The film is dull; the plot is not.",
    "Superb acting! The best film of 2024.", "I can't say that it is the worst_film ever, but the plot is thin",
    "Ein großer Film, ein GROSSER Film.", "ein großer film über die Stadt", "лучший фильм", "Лучший, ЛУЧШИЙ!", "x y z", "",
    "naïve café naïve", "NAÏVE café 2024", "the the the the",
]
TEST = ["the plot of the film", "лучший café, superb acting in 2024!", "nothing known here", "ÜBER die Stadt, GROSSER film"]


def tfidf():
    """The vocabulary is the commonest words, equals in alphabetical order; scikit-learn's own limit goes by word counts."""
    words = TfidfVectorizer().build_analyzer()
    counts = Counter(word for text in TRAIN for word in set(words(text)))
    ranked = sorted((word for word in counts if counts[word] >= 2), key=lambda word: (-counts[word], word))
    cases = []
    for limit in [4096, 7]:
        vocabulary = sorted(ranked[:limit])
        model = TfidfVectorizer(sublinear_tf=True, min_df=2, vocabulary=vocabulary)
        model.fit(TRAIN)
        if limit == 4096:
            assert vocabulary == sorted(TfidfVectorizer(min_df=2).fit(TRAIN).vocabulary_)
        cases.append({"limit": limit, "vocabulary": vocabulary, "train": model.transform(TRAIN).toarray().tolist(),
                      "test": model.transform(TEST).toarray().tolist()})
    return {"train": TRAIN, "test": TEST, "cases": cases}


# -- the bootstrap


def intervals(random, draws=200_000):
    """Percentile intervals of one sample, texts drawn class by class."""
    p, truth = predictions(random, 100, 2, 1.5, digits=4)
    order = [np.flatnonzero(truth == k) for k in [0, 1]]
    right, loss = (p.argmax(axis=1) == truth), -np.log(p[np.arange(len(truth)), truth])
    picks = np.concatenate([random.choice(texts, size=(draws, len(texts))) for texts in order], axis=1)
    values = {"logLoss": loss[picks].mean(axis=1),
              "balancedAccuracy": np.mean([right[picks[:, truth[np.concatenate(order)] == k]].mean(axis=1) for k in [0, 1]], axis=0)}
    positive = picks[:5000, len(order[0]):]
    negative = picks[:5000, :len(order[0])]
    values["auroc"] = np.array([(p[a, 1][:, None] > p[b, 1]).mean() + 0.5 * (p[a, 1][:, None] == p[b, 1]).mean()
                                for a, b in zip(positive, negative)])
    return {"probabilities": p.tolist(), "truth": truth.tolist(),
            **{name: np.quantile(found, [0.025, 0.975]).tolist() for name, found in values.items()}}


if __name__ == "__main__":
    main()
