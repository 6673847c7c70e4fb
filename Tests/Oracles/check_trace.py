"""Compares a file that `spinscope trace` wrote with transformers in float64, layer by layer.

    spinscope trace MODEL "A fine film." "Dull." -o trace.safetensors
    python check_trace.py MODEL trace.safetensors
    python check_trace.py MODEL trace.safetensors --texts texts.txt

The token ids are taken from the file, so only the model is compared; with --texts (one text a line, in the order of
the trace) the ids are compared with the model's tokenizer too. A layer is right when every text has

    max |difference|  <=  2e-5 * max(1, max |reference|)

and every tensor that the model should have is there, in the right shape and in F32. `share` is the worst text's part
of that bound. `ratio` is the error over that of torch in float32: near 1 is as good as torch.
Exit code: 0 all within bounds, 1 not. Needs: torch, transformers, safetensors.
"""

import argparse
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import safe_open
from transformers import AutoConfig, AutoTokenizer
from transformers.utils import logging

from reference import FAMILIES, capture, load

BOUND = 2e-5


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, help="model folder")
    parser.add_argument("trace", type=Path, help="safetensors file made by `spinscope trace`")
    parser.add_argument("--texts", type=Path, metavar="FILE", help="the traced texts, one a line, to compare ids as well")
    parser.add_argument("--threads", type=int, default=1, help="threads for torch (default: 1)")
    options = parser.parse_args()
    for path, exists in [(options.model, options.model.is_dir()), (options.trace, options.trace.is_file())]:
        if not exists:
            parser.error(f"{path}: not found")
    torch.set_num_threads(options.threads)
    logging.set_verbosity_error()
    logging.disable_progress_bar()

    kind = AutoConfig.from_pretrained(options.model, local_files_only=True).model_type
    if kind not in FAMILIES:
        sys.exit(f"{options.model}: no hook points for model_type {kind!r}; known: {', '.join(sorted(FAMILIES))}")
    trace = read_trace(options.trace)
    ids = texts_of(trace, options.trace)
    complaints = compare_ids(options.model, options.texts, ids) if options.texts else []

    layers, more = compare(trace, *references(options.model, ids))
    complaints += more
    print_table(layers)
    complaints += [f"{name}: difference {row.difference:.2e} is {row.share:.2f} times the bound"
                   for name, row in layers.items() if not row.share <= 1]
    for line in complaints:
        print("WRONG ", line)
    tokens = sum(len(text) for text in ids.values())
    print(f"{len(ids)} texts, {tokens} tokens, {len(layers)} layers: {'WRONG' if complaints else 'all within bounds'}")
    sys.exit(1 if complaints else 0)


def read_trace(path):
    """All tensors of a safetensors file."""
    with safe_open(path, "pt") as file:
        return {name: file.get_tensor(name) for name in file.keys()}


def texts_of(trace, path):
    """{I: token ids}, for the tensors named ids.I."""
    ids = {int(name[4:]): tensor.long().tolist() for name, tensor in trace.items() if name.startswith("ids.")}
    if sorted(ids) != list(range(len(ids))) or not ids:
        sys.exit(f"{path}: expected tensors ids.0, ids.1, …; found {', '.join(map(str, sorted(ids))) or 'none'}")
    return dict(sorted(ids.items()))


def compare_ids(folder, texts, ids):
    """Complaints where the ids of a text are not those of the model's own tokenizer, cut at the model's limit."""
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    config = AutoConfig.from_pretrained(folder, local_files_only=True)
    limit = config.max_position_embeddings
    if config.model_type == "roberta":
        limit -= config.pad_token_id + 1  # its positions start behind the padding's
    limit = min(limit, tokenizer.model_max_length)
    lines = texts.read_text(encoding="utf-8").split("\n")
    lines = lines[:-1] if lines[-1] == "" else lines
    if len(lines) != len(ids):
        return [f"{texts} has {len(lines)} texts, the trace has {len(ids)}"]
    complaints = []
    for index, line in enumerate(lines):
        expected = tokenizer(line, truncation=True, max_length=limit)["input_ids"]
        if expected != ids[index]:
            complaints.append(f"ids.{index}: {ids[index]}, expected {expected}")
    return complaints


def references(folder, ids):
    """Every text's tensors in float64 and in float32, as two dictionaries; a text without tokens has none."""
    model = load(folder)

    def run():
        return {f"{name}.{index}": value for index, text in ids.items() if text
                for name, value in capture(model, text).items()}

    model.double()  # widening is exact, and so is the way back
    exact = run()
    model.float()
    return exact, run()


@dataclass
class Row:
    """One layer, over all texts."""

    difference: float = 0  # max |ours - float64|
    largest: float = 0  # max |float64|
    share: float = 0  # max over texts of difference / bound
    torch: float = 0  # max |torch float32 - float64|
    torch_share: float = 0  # the same as `share`

    def add(self, ours, exact, single):
        difference, torch, largest = distance(ours, exact), distance(single, exact), exact.abs().max().item()
        self.difference = max(self.difference, difference)
        self.largest = max(self.largest, largest)
        self.share = max(self.share, difference / (BOUND * max(1, largest)))
        self.torch = max(self.torch, torch)
        self.torch_share = max(self.torch_share, torch / (BOUND * max(1, largest)))


def distance(one, other):
    """max |one - other|, infinite where either is not finite."""
    return torch.nan_to_num((one.double() - other).abs(), nan=float("inf")).max().item()


def compare(trace, exact, single):
    """One row a layer, and complaints about tensors that are missing, have another form, or should not be there."""
    layers, complaints = defaultdict(Row), []
    for name, value in exact.items():
        ours = trace.get(name)
        if ours is None:
            complaints.append(f"{name}: not in the trace")
        elif ours.shape != value.shape or ours.dtype != torch.float32:
            complaints.append(f"{name}: {ours.dtype} {list(ours.shape)}, expected torch.float32 {list(value.shape)}")
        else:
            layers[name.rpartition(".")[0]].add(ours, value, single[name])
    empty = [name for name in trace if name not in exact and trace[name].numel() == 0]
    complaints += [f"{name}: not expected" for name in trace.keys() - exact.keys() - set(empty)
                   if not name.startswith("ids.")]
    return layers, sorted(complaints)


def print_table(layers):
    print(f"{'layer':<14}{'max |ref|':>10}{'max |diff|':>12}{'share':>8}{'torch f32':>11}{'ratio':>7}")
    for name, row in sorted(layers.items(), key=lambda item: sort_key(item[0])):
        ratio = f"{row.difference / row.torch:7.2f}" if row.torch else f"{'-':>7}"
        verdict = "" if row.share <= 1 else "  WRONG"
        print(f"{name:<14}{row.largest:>10.3f}{row.difference:>12.2e}{row.share:>8.3f}{row.torch:>11.2e}{ratio}{verdict}")


def sort_key(name):
    """hidden.2 before hidden.10, kinds together."""
    kind, _, layer = name.rpartition(".")
    return (kind, int(layer)) if layer.isdigit() else (name, 0)


if __name__ == "__main__":
    main()
