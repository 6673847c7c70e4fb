"""Times `spinscope bench probe` and other solvers of the same L1 regression, in turns, on the same features.

    python probe_peers.py .build/release/spinscope FEATURES.safetensors --c 1 [--only adelie,snapml] [--rounds 3]

FEATURES holds x [texts, features] and y [texts] of 0 and 1, both F32; `--standardise` scales x first. Objective:

    F(w, b) = ||w||_1 + C * sum_i log(1 + exp(-y_i (w.x_i + b))),  b not penalised

evaluated in double precision for everybody, at the best b for the weights that came out. A solver runs through its
tolerances, coarse to fine, each run in a process of its own that is ended after `--budget` seconds: then no finer one is
tried, and a gap that was not reached by then is "not within" the budget. The gap is F / F* - 1, F* the best F of all. What is timed is the fit alone, features in memory in the layout that the solver likes best, one thread each.
snapml and liblinear penalise b and celer has none: x is centred for everybody, and their gap is to the best that was
found of F + |b| and of F at b = 0. numba's compilation is done beforehand on a small problem.
Needs: numpy, scipy, safetensors, scikit-learn, adelie, snapml, celer, skglm, whichever are named.
"""

import argparse
import json
import multiprocessing
import os
import subprocess
import tempfile
import time
import warnings
from pathlib import Path

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np
from safetensors.numpy import load_file, save_file
from scipy.optimize import minimize_scalar

warnings.simplefilter("ignore")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("spinscope", type=Path)
    parser.add_argument("features", type=Path)
    parser.add_argument("--c", type=float, default=1)
    parser.add_argument("--standardise", action="store_true")
    parser.add_argument("--only", default=",".join(SOLVERS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--budget", type=float, default=30, help="seconds that a solver has for one tolerance")
    arguments = parser.parse_args()

    tensors = load_file(arguments.features)
    x, y = tensors["x"].astype(float), np.where(tensors["y"] > 0, 1.0, -1.0)
    x -= x.mean(axis=0)
    if arguments.standardise:
        x /= np.where(x.std(axis=0) > 0, x.std(axis=0), 1)
    x = x.astype(np.float32).astype(float)  # the same numbers for everybody

    with tempfile.TemporaryDirectory() as folder:
        problem = Problem(x, y, arguments.c, arguments.spinscope, Path(folder))
        cut = set()  # solvers that ran into the budget
        runs = {}  # (solver, tolerance): [(seconds, objective, weights)]
        for _ in range(arguments.rounds):
            for name in arguments.only.split(","):
                for tolerance in SOLVERS[name][1]:
                    answer = within(arguments.budget, name, problem, tolerance)
                    if answer is None:
                        print(json.dumps({"solver": name, "tolerance": tolerance, "seconds": f"above {arguments.budget:g}"}), flush=True)
                        cut.add(name)
                        break
                    seconds, w = answer
                    objective = problem.objective(w, KINDS.get(name, "free"))
                    runs.setdefault((name, tolerance), []).append((seconds, objective))
                    print(json.dumps({"solver": name, "tolerance": tolerance, "seconds": round(seconds, 4),
                                      "objective": objective, "nonzero": int(np.count_nonzero(w))}), flush=True)
        report(runs, cut, arguments.budget)


def within(budget, name, problem, tolerance):
    """Seconds and weights of one fit, in a process of its own; None if the fit takes longer than the budget."""
    pipe, end = multiprocessing.Pipe(False)
    # Preparation, which is not timed, has time of its own: numba compiles.
    process = multiprocessing.Process(target=answer, args=(name, problem, tolerance, end))
    process.start()
    try:
        ready = pipe.poll(600) and pipe.recv() and pipe.poll(budget)
        return pipe.recv() if ready else None
    except EOFError:
        return None
    finally:
        process.kill()
        process.join()


def answer(name, problem, tolerance, pipe):
    prepared = SOLVERS[name][0](problem)
    pipe.send(True)
    pipe.send(prepared(tolerance))


def report(runs, cut, budget):
    best = {}
    for (name, _), entries in runs.items():
        kind = KINDS.get(name, "free")
        best[kind] = min([best.get(kind, np.inf)] + [objective for _, objective in entries])
    print(f"\nF* {best}\n\n| solver | s to 1e-3 | s to 1e-4 | s to 1e-6 | least gap |\n|---|---|---|---|---|")
    for solver in dict.fromkeys(name for name, _ in runs):
        mine = [entries for (name, _), entries in runs.items() if name == solver]
        optimum = best[KINDS.get(solver, "free")]
        row = []
        for target in (1e-3, 1e-4, 1e-6):
            times = [np.median([seconds for seconds, _ in entries]) for entries in mine
                     if max(objective for _, objective in entries) / optimum - 1 <= target]
            row.append(f"{min(times):.3f}" if times else f"not within {budget:g} s" if solver in cut else "not reached")
        least = min(objective for entries in mine for _, objective in entries) / optimum - 1
        print(f"| {solver} | {' | '.join(row)} | {least:.0e} |")


class Problem:
    def __init__(self, x, y, c, spinscope, folder):
        self.x, self.y, self.c, self.spinscope, self.folder = x, y, c, spinscope, folder
        save_file({"x": x.astype(np.float32), "y": (y > 0).astype(np.float32)}, folder / "x.safetensors")

    def objective(self, w, kind):
        """F at the best b for w; F + |b| where b is penalised; F at b = 0 where there is none."""
        margin, penalty = self.x @ w, np.abs(w).sum()

        def value(b):
            return float(penalty + (kind == "penalised") * abs(b) + self.c * np.logaddexp(0, -self.y * (margin + b)).sum())
        return value(0) if kind == "none" else minimize_scalar(value, bracket=(-1, 1), tol=1e-10).fun


def timed(model, x, y):
    start = time.perf_counter()
    model.fit(x, y)
    return time.perf_counter() - start, np.ravel(model.coef_).astype(float)


def spinscope(problem):
    def fit(tolerance):
        out = problem.folder / "w.safetensors"
        line = subprocess.run(
            [problem.spinscope.resolve(), "bench", "probe", problem.folder / "x.safetensors", "--c", repr(problem.c), "--tolerance",
             str(tolerance), "--weights", out], check=True, capture_output=True, text=True).stdout
        return json.loads(line)["seconds"], load_file(out)["weights"][0].astype(float)
    return fit


def adelie(problem):
    import adelie as ad
    x = np.asfortranarray(problem.x)
    glm = ad.glm.binomial(y=(problem.y > 0).astype(float), dtype=np.float64)
    largest = np.abs(problem.x.T @ ((problem.y > 0) - np.mean(problem.y > 0))).max() / len(problem.y)
    path = np.geomspace(largest, 1 / (problem.c * len(problem.y)), 8)[1:]

    def fit(tolerance):
        start = time.perf_counter()
        state = ad.grpnet(x, glm, lmda_path=path, tol=tolerance, early_exit=False, progress_bar=False, n_threads=1)
        return time.perf_counter() - start, np.ravel(state.betas[-1].toarray())
    return fit


def snapml(problem):
    from snapml import LogisticRegression
    x = np.ascontiguousarray(problem.x, np.float32)
    return lambda tolerance: timed(
        LogisticRegression(penalty="l1", regularizer=1 / problem.c, fit_intercept=True, tol=tolerance, max_iter=100_000, n_jobs=1, dual=False),
        x, (problem.y > 0).astype(np.float32))


def liblinear(problem):
    from sklearn.linear_model import LogisticRegression
    return lambda tolerance: timed(
        LogisticRegression(penalty="l1", C=problem.c, solver="liblinear", tol=tolerance, max_iter=10_000), problem.x, problem.y)


def saga(problem, type=np.float64):
    from sklearn.linear_model import LogisticRegression
    x, y = problem.x.astype(type), problem.y.astype(type)
    return lambda tolerance: timed(
        LogisticRegression(l1_ratio=1, C=problem.c, solver="saga", tol=tolerance, max_iter=100_000), x, y)


def saga_f32(problem):
    return saga(problem, np.float32)


def celer(problem):
    from celer import LogisticRegression
    x = np.asfortranarray(problem.x)
    return lambda tolerance: timed(
        LogisticRegression(C=problem.c, fit_intercept=False, tol=tolerance, max_iter=100), x, problem.y)


def skglm(problem):
    from skglm import SparseLogisticRegression
    x = np.asfortranarray(problem.x)

    def model(tolerance):
        return SparseLogisticRegression(alpha=1 / (problem.c * len(problem.y)), tol=tolerance, fit_intercept=True, max_iter=100)
    model(1e-2).fit(np.asfortranarray(x[:100, :20]), problem.y[:100])
    return lambda tolerance: timed(model(tolerance), x, problem.y)


SOLVERS = {
    "spinscope": (spinscope, [0.5, 0.1, 1e-2, 1e-3, 1e-4, 1e-6]),
    "adelie": (adelie, [1e-4, 1e-5, 1e-6, 1e-7, 1e-8]),
    "snapml": (snapml, [1e-2, 1e-3, 3e-4, 1e-4, 1e-5, 1e-6]),
    "liblinear": (liblinear, [1e-2, 1e-3, 3e-4, 1e-4, 1e-5]),
    "skglm": (skglm, [1e-3, 1e-4, 1e-5, 1e-6]),
    "celer": (celer, [1e-2, 1e-3, 1e-4, 1e-6]),
    "saga": (saga, [1e-2, 1e-3, 1e-4, 1e-5]),
    "saga-f32": (saga_f32, [1e-2, 1e-3, 1e-4, 1e-5]),
}

KINDS = {"snapml": "penalised", "liblinear": "penalised", "celer": "none"}

if __name__ == "__main__":
    main()
