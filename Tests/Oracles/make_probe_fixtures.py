"""Makes small L1 problems with their exact optima, for the tests of the probe solver in `Probing`.

    python make_probe_fixtures.py ../Fixtures

writes l1-problems.safetensors (NAME.x [rows, columns] and NAME.y [rows] of ±1, both F32) and l1-problems.json. The
objective is that of DESIGN.md, without standardisation:

    F(w, b) = ||w||_1 + C * sum_i log(1 + exp(-y_i (w.x_i + b))),  b not penalised

For each problem the JSON holds `c_min`, the largest C whose optimum is w = 0, `duplicates`, the pairs of equal columns,
and three optima: `c`, `objective`, `gap` (relative duality gap), `nnz`, `support`, `weights` (of the support),
`intercept`, `slack` (1 - the largest |gradient| off the support: how clear the support is). Of equal columns the
first carries the whole weight, so `nnz` counts such a pair once; any split between the two is as good.

Every optimum is found by coordinate descent on Newton's model, polished by Newton's method on the support in extended
precision until the gap is below 1e-13, and compared with scikit-learn's SAGA; the script fails if that finds better.
Needs: numpy, safetensors, scikit-learn.
"""

import argparse
import json
import warnings
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

FACTORS = [1.5, 8, 50]  # C over C_min
Wide = np.longdouble  # 64 bits of mantissa on x86-64; plain double elsewhere, where 1e-13 may be out of reach


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="folder that receives the two files")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)

    tensors, described = {}, []
    for name, (x, y) in problems(np.random.default_rng(20240811)).items():
        tensors |= {f"{name}.x": x, f"{name}.y": y}
        described.append({"name": name, **describe(name, x.astype(float), y.astype(float))})
    save_file(tensors, out / "l1-problems.safetensors")
    (out / "l1-problems.safetensors").chmod(0o644)
    (out / "l1-problems.json").write_text(json.dumps({"problems": described}, indent=1) + "\n", encoding="utf-8")


def problems(random):
    """{name: (x, y)} in float32."""
    dense = random.normal(size=(60, 20))

    # 24 groups of 5 columns with correlation 0.95 inside a group, and two columns that repeat earlier ones exactly.
    shared = np.repeat(random.normal(size=(50, 24)), 5, axis=1)
    collinear = np.sqrt(0.95) * shared + np.sqrt(0.05) * random.normal(size=(50, 120))
    collinear[:, 61], collinear[:, 117] = collinear[:, 3], collinear[:, 40]

    imbalanced = random.normal(size=(80, 15)) * np.geomspace(0.1, 10, 15)  # scales differ by 100
    imbalanced[:, 7] = 3

    def labels(x, columns, shift):
        score = x[:, columns] @ (np.resize([1.5, -1.5], len(columns)) / x[:, columns].std(axis=0)) + shift
        return np.where(random.uniform(size=len(x)) < 1 / (1 + np.exp(-score)), 1, -1)

    return {
        name: (x.astype(np.float32), labels(x, columns, shift).astype(np.float32))
        for name, x, columns, shift in [
            ("dense", dense, [0, 4, 9, 13], 0.3),
            ("collinear", collinear, [3, 40, 77, 100], 0),
            ("imbalanced", imbalanced, [2, 5, 11], -3),
        ]}


def describe(name, x, y):
    """C_min and the optima of one problem, as the JSON holds them."""
    first = [next(other for other in range(column + 1) if np.array_equal(x[:, other], x[:, column]))
             for column in range(x.shape[1])]
    columns = sorted(set(first))  # the first of equal columns stands for them all
    share = np.mean(y > 0)
    c_min = float(1 / np.abs(x.T @ (y * np.where(y > 0, 1 - share, share))).max())  # b alone is optimal here
    optima = []
    for factor in FACTORS:
        c = float(np.float32(factor * c_min))
        optimum = solve(x[:, columns], y, c)
        optimum["support"] = [columns[index] for index in optimum["support"]]
        optima.append({"c": c, **optimum})
        excess = saga(x, y, c) / optimum["objective"] - 1
        print(f"{name:<11} C = {c:.6g} ({factor} C_min)  F = {optimum['objective']:.13g}  nnz {optimum['nnz']:>2}  "
              f"gap {optimum['gap']:.1e}  slack {optimum['slack']:.1e}  "
              f"smallest |w| {min(map(abs, optimum['weights'])):.1e}  SAGA's excess {excess:.1e}")
        assert optimum["gap"] < 1e-13 and -1e-13 < excess < 1e-5
    return {"rows": len(y), "columns": x.shape[1], "positive": int(np.sum(y > 0)), "c_min": c_min,
            "duplicates": [[other, column] for column, other in enumerate(first) if other != column], "optima": optima}


def solve(x, y, c):
    """The optimum of a problem without equal columns."""
    w, b = descend(x, y, c)
    support = np.flatnonzero(w)
    w, b = polish(x[:, support], y, c, w[support], b)
    dual = c * slopes(x[:, support], y, w, b)
    objective, gap = certify(x, y, c, w, b, support, dual)
    gradient = np.abs(x.astype(Wide).T @ (dual * y))
    off = np.delete(gradient, support)
    return {"objective": float(objective), "gap": max(0.0, float(gap / objective)), "nnz": len(support), "support": support.tolist(),
            "weights": [float(value) for value in w], "intercept": float(b), "slack": float(1 - off.max())}


def slopes(x, y, w, b):
    """-d/dm log(1 + exp(-m)) at each row's margin m, between 0 and 1."""
    return 1 / (1 + np.exp(y * (x.astype(Wide) @ w + b)))


def loss(x, y, c, w, b):
    return c * np.logaddexp(0, -y * (x.astype(Wide) @ w + b)).sum()


def descend(x, y, c, rounds=100, tolerance=1e-12):
    """Proximal Newton steps, each solved by coordinate descent, to a good support and roughly right weights."""
    wide = np.column_stack([x, np.ones(len(y))])  # the last column carries the intercept
    penalty = np.append(np.ones(x.shape[1]), 0)
    v = np.zeros(wide.shape[1])

    def objective(v):
        return float(penalty @ np.abs(v) + loss(wide, y, c, v, 0))

    for _ in range(rounds):
        p = slopes(wide, y, v, 0).astype(float)
        gradient, hessian = -c * wide.T @ (y * p), c * (wide.T * (p * (1 - p))) @ wide
        step = newton_step(gradient, hessian, penalty, v)
        size, now = 1.0, objective(v)
        while size > 1e-10 and objective(v + size * step) > now:
            size /= 2
        v = v + size * step
        v[np.abs(v) < 1e-12] = 0
        if np.abs(step).max() < tolerance * np.abs(v).max():
            break
    return v[:-1], v[-1]


def newton_step(gradient, hessian, penalty, v, sweeps=2000, tolerance=1e-13):
    """The minimum over s of g.s + s.Hs/2 + |v + s|_1, by cyclic coordinate descent."""
    new, slope = v.copy(), gradient.copy()
    for _ in range(sweeps):
        largest = 0
        for j, curvature in enumerate(np.diag(hessian)):
            centre = new[j] - slope[j] / curvature
            value = np.sign(centre) * max(abs(centre) - penalty[j] / curvature, 0)
            if value != new[j]:
                slope += hessian[:, j] * (value - new[j])
                largest = max(largest, abs(value - new[j]))
                new[j] = value
        if largest < tolerance * max(1, np.abs(new).max()):
            break
    return new - v


def polish(x, y, c, w, b, steps=30):
    """Newton's method for the smooth problem that remains once the signs are known, residuals in extended precision."""
    sign = np.sign(w)
    wide = np.column_stack([x, np.ones(len(y))]).astype(Wide)
    v, target = np.append(w, b).astype(Wide), np.append(sign, 0).astype(Wide)
    for _ in range(steps):
        p = slopes(wide, y, v, 0)
        residual = target - c * wide.T @ (y * p)
        hessian = c * (wide.T * (p * (1 - p))) @ wide
        v -= np.linalg.solve(hessian.astype(float), residual.astype(float))
    assert np.array_equal(np.sign(v[:-1]), sign), "a weight changed its sign: the support was not right"
    return v[:-1], v[-1]


def certify(x, y, c, w, b, support, dual):
    """The objective, and its distance to a feasible point of the dual problem.

    The dual maximises the entropy of a (0 <= a <= C) subject to |sum_i a_i y_i x_i| <= 1 and sum_i a_i y_i = 0.
    """
    primal = np.abs(w).sum() + loss(x[:, support], y, c, w, b)
    a = dual.copy()
    a[y > 0] *= a[y < 0].sum() / a[y > 0].sum()  # sum a y = 0
    a /= max(1, np.abs(x.astype(Wide).T @ (a * y)).max())
    assert (a > 0).all() and (a < c).all()
    entropy = -(a * np.log(a / c) + (c - a) * np.log1p(-a / c)).sum()
    return primal, primal - entropy


def saga(x, y, c):
    """The objective that scikit-learn's SAGA reaches, which does not penalise the intercept either; it may stop early."""
    warnings.simplefilter("ignore", ConvergenceWarning)
    model = LogisticRegression(C=c, l1_ratio=1, solver="saga", tol=1e-12, max_iter=200_000, random_state=0).fit(x, y)
    w = model.coef_[0]
    return float(np.abs(w).sum() + loss(x, y, c, w.astype(Wide), Wide(model.intercept_[0])))


if __name__ == "__main__":
    main()
