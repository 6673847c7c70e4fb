"""Runs the loader that `spinscope report --format python` prints, and compares its answers with the program's.

    python check_head_loader.py path/to/spinscope reviews.spin topics.spin

For each run the probabilities of every text must be those of the predictions table, and those of the test texts
what `classify` gives when it reads the texts again; both to LIMIT. It also reads a layer of pooled features, as the
README shows. Exit code: 0 if all agree, 1 if not. Needs: numpy, safetensors.
"""

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

# The head's raw weights are F32: logits of several hundred terms carry some of that.
LIMIT = 1e-4


def main():
    spinscope, *runs = sys.argv[1:]
    if not runs:
        sys.exit(__doc__)
    worst = max(check(spinscope, Path(run)) for run in runs)
    sys.exit(0 if worst <= LIMIT else 1)


def check(spinscope, run):
    loader = {}
    exec(output(spinscope, "report", run, "--format", "python"), loader)
    answers = loader["classify"](str(run))
    texts = [json.loads(line) for line in open(run / "texts.jsonl", encoding="utf-8")]
    head = json.loads((run / "head.json").read_text())
    layer = next(iter((run / "features").glob("*.safetensors")))
    pooled = load_file(layer)[head["pooling"]]
    assert pooled.shape[0] == len(texts), f"{layer}: {pooled.shape[0]} rows for {len(texts)} texts"
    table = from_table(spinscope, run, len(head["classes"]))
    test = [i for i, text in enumerate(texts) if text["split"] == "test" and "\n" not in text["text"]]
    again = from_classify(spinscope, run, [texts[i]["text"] for i in test], head["classes"])
    differences = np.abs(answers - table).max(), np.abs(answers[test] - again).max()
    print(
        f"{run.name}: {len(head['classes'])} classes, {head['scheme']}: largest difference {differences[0]:.1e} from "
        f"the table ({len(texts)} texts), {differences[1]:.1e} from classify ({len(test)} texts)"
    )
    return max(differences)


def from_table(spinscope, run, classes):
    rows = csv.reader(output(spinscope, "report", run, "--table", "predictions").splitlines())
    start = next(rows).index("confidence") + 1
    return np.array([[float(p) for p in row[start : start + classes]] for row in rows])


def from_classify(spinscope, run, texts, classes):
    lines = output(spinscope, "classify", run, "-", "--json", text="\n".join(texts) + "\n").split("\n")
    answers = [json.loads(line)["probabilities"] for line in lines if line]
    return np.array([[answer[name] for name in classes] for answer in answers])


def output(*command, text=None):
    return subprocess.run(list(map(str, command)), input=text, check=True, capture_output=True, text=True).stdout


main()
