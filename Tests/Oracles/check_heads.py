"""Compares `spinscope classify MODEL … --own-head` with transformers, on small random checkpoints of every family.

    python3 Tests/Oracles/check_heads.py .build/release/spinscope

Each family has checkpoints with two, three and one labels, and with three that do not exclude each other. Every one is
asked twice: for what it says of the texts, and, declared to be a regression, for its logits as they are. Both must have

    max |difference|  <=  2e-5 * max(1, max |reference|)

against transformers in float64. Token ids are those of `spinscope trace`, one text longer than the models read.
Exit code: 0 all within bounds, 1 not. Needs: torch, transformers, safetensors, tokenizers.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers.utils.logging import disable_progress_bar, set_verbosity_error

from make_head_fixtures import FAMILIES, logits, save

BOUND = 2e-5
NAMES = {0: "anger", 1: "joy", 2: "fear"}
HEADS = [
    {"num_labels": 2}, {"id2label": NAMES}, {"num_labels": 1},
    {"id2label": NAMES, "problem_type": "multi_label_classification"},
]
TEXTS = ["the film was good, and not bad!", "no", "?", "a very good movie " * 9, "<pad></s> [SEP] it is <|endoftext|>"]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    disable_progress_bar()
    set_verbosity_error()
    torch.set_num_threads(1)
    wrong = 0
    with tempfile.TemporaryDirectory() as work:
        for number, family in enumerate(FAMILIES):
            for variant, head in enumerate(HEADS):
                folder = Path(work) / f"{family.__name__}-{variant}"
                model = family(**head)
                save(folder, model, torch.Generator().manual_seed(100 + 10 * number + variant))
                share = compare(sys.argv[1], folder, model)
                wrong += not share <= 1
                print(f"{folder.name:<14}{share:8.3f} of the bound{'' if share <= 1 else '  WRONG'}")
    sys.exit(wrong > 0)


def compare(spinscope, folder, model):
    """The largest difference of scores and of logits, as a share of the bound."""
    model.double().eval()
    exact = torch.stack([logits(model, torch.tensor(ids)) for ids in encode(spinscope, folder)])
    said = torch.tensor(answers(spinscope, folder), dtype=torch.float64)
    settings = folder / "config.json"
    config = json.loads(settings.read_text())
    settings.write_text(json.dumps(config | {"problem_type": "regression"}))
    raw = torch.tensor(answers(spinscope, folder), dtype=torch.float64)
    return max(share(raw, exact), share(said, scores(exact, config.get("problem_type"))))


def scores(exact, problem):
    """What the labels of a model mean."""
    if problem == "multi_label_classification":
        return exact.sigmoid()
    return exact if exact.shape[1] == 1 else exact.softmax(1)


def share(ours, exact):
    return (ours - exact).abs().max().item() / (BOUND * max(1, exact.abs().max().item()))


def encode(spinscope, folder):
    """The ids of each text."""
    file = folder / "trace.safetensors"
    run(spinscope, "trace", folder, *TEXTS, "-o", file)
    trace = load_file(file)
    return [trace[f"ids.{index}"].tolist() for index in range(len(TEXTS))]


def answers(spinscope, folder):
    """The scores of each text, in the order of the labels."""
    own = [json.loads(line)["own"] for line in run(spinscope, "classify", folder, *TEXTS, "--own-head", "--json")]
    return [list((answer.get("probabilities") or answer["values"]).values()) for answer in own]


def run(*command):
    done = subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True)
    return done.stdout.splitlines()


if __name__ == "__main__":
    main()
