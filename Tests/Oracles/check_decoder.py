"""Compares the features that `spinscope fit` keeps of an encoder-decoder with transformers in float64.

    python check_decoder.py SPINSCOPE [--keep FOLDER]

Makes a small T5 with random weights and a tokenizer of the words of the built-in reviews, fits them, and checks every
matrix of the run's features: both stacks, each layer, each pooling. The decoder reads the text behind its start token,
as in the paper's code; what its `first` pooling holds is then what one step from `decoder_input_ids = [start]` gives,
which is checked by such a step. A second fit, with `--final-norm`, must hold transformers' own `hidden_states`, of which the
last has gone through the final norm. A feature is right within 2e-5 * max(1, max |reference|).
Exit code: 0 all right, 1 not. Needs: torch, transformers, tokenizers, safetensors.
"""

import argparse
import csv
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers
from transformers import T5Config, T5Model
from transformers.utils import logging

from reference import capture, load

BOUND = 2e-5
POOLINGS = {"first": lambda x: x[0], "last": lambda x: x[-1], "max": lambda x: x.max(0).values, "mean": lambda x: x.mean(0)}
REVIEWS = Path(__file__).resolve().parents[2] / "Sources/spinscope/Demo/reviews.csv"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("spinscope", type=Path)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave the model and its run there, to be looked at")
    options = parser.parse_args()
    logging.disable_progress_bar()
    folder = options.keep or Path(tempfile.mkdtemp())
    try:
        make_model(folder / "t5")
        for name, flags in {"t5.spin": [], "normed.spin": ["--final-norm", "--no-untrained"]}.items():
            subprocess.run([options.spinscope, "fit", folder / "t5", REVIEWS, "-o", folder / name, "--stability", "1", *flags],
                           check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        worst = check(folder / "t5", folder / "t5.spin") | check_normed(folder / "t5", folder / "normed.spin")
    finally:
        if not options.keep:
            shutil.rmtree(folder)
    for kind, share in worst.items():
        print(f"{kind:<28}{share:8.3f} of the bound{'' if share <= 1 else '  WRONG'}")
    sys.exit(0 if worst and max(worst.values()) <= 1 else 1)


def make_model(folder):
    """Three blocks and two of the decoder, gated, wide enough for bags of words to be told apart."""
    with open(REVIEWS, newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)]
    tokenizer = Tokenizer(models.WordPiece(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.train_from_iterator(texts, trainers.WordPieceTrainer(
        vocab_size=1500, special_tokens=["<pad>", "</s>", "<unk>"], show_progress=False))
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    torch.manual_seed(7)
    model = T5Model(T5Config(
        vocab_size=tokenizer.get_vocab_size(), d_model=64, d_kv=16, num_heads=4, d_ff=96, num_layers=3,
        num_decoder_layers=2, feed_forward_proj="gated-gelu", decoder_start_token_id=0, pad_token_id=0, eos_token_id=1))
    folder.mkdir(parents=True)
    model.save_pretrained(folder)
    tokenizer.save(str(folder / "tokenizer.json"))


def opened(folder, run):
    """The model, the run's features by layer, and every seventh text as its row and ids."""
    model = load(folder).double()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    features = {path.stem: load_file(path) for path in (run / "features").glob("*.safetensors")}
    lines = (run / "texts.jsonl").read_text().splitlines()
    return model, features, [(7 * i, tokenizer.encode(json.loads(line)["text"]).ids) for i, line in enumerate(lines[::7])]


def one_step(model, ids):
    start = torch.tensor([[model.config.decoder_start_token_id]])
    with torch.no_grad():
        return model(input_ids=torch.tensor([ids]), decoder_input_ids=start, output_hidden_states=True)


def check_normed(folder, run):
    """The same for hidden states as transformers lists them."""
    model, features, texts = opened(folder, run)
    worst = {}
    for row, ids in texts:
        step = one_step(model, ids)
        for layer, state in enumerate(step.encoder_hidden_states):
            for pooling, values in features[f"hidden.{layer}"].items():
                note(worst, "normed hidden", values[row], POOLINGS[pooling](state[0]))
        for layer, state in enumerate(step.decoder_hidden_states):
            note(worst, "normed decoder, first", features[f"decoder.hidden.{layer}"]["first"][row], state[0, 0])
    return worst


def check(folder, run):
    """{tensors of a kind: the largest share of the bound}, over all layers, poolings and texts."""
    model, features, texts = opened(folder, run)
    worst = {}
    for row, ids in texts:
        found = {name: value for name, value in capture(model, ids).items()
                 if name.rpartition(".")[0].endswith(("hidden", "activation"))}
        assert {name.replace("activation", "act") for name in found} == set(features), "layers are missing"
        step = one_step(model, ids)
        for name, reference in found.items():
            stored = features[name.replace("activation", "act")]
            for pooling, values in stored.items():
                note(worst, name.rpartition(".")[0], values[row], POOLINGS[pooling](reference))
            # The last of transformers' own states has gone through the final norm.
            if name.startswith("decoder.hidden.") and int(name.split(".")[2]) < len(step.decoder_hidden_states) - 1:
                state = step.decoder_hidden_states[int(name.split(".")[2])][0, 0]
                note(worst, "decoder, one step, first", stored["first"][row], state)
    return worst


def note(worst, kind, value, reference):
    bound = BOUND * max(1, reference.abs().max().item())
    share = (value.double() - reference).abs().max().item() / bound
    worst[kind] = max(worst.get(kind, 0), share)


if __name__ == "__main__":
    main()
