"""Compares `explain --gradients` with Captum's integrated gradients on transformers' own model.

    python check_gradients.py path/to/spinscope RUN.spin "a text" …

RUN is of a BERT and reads it by mean, first or last pooling (of a maximum the slope jumps, and any two rules of
quadrature differ). The path is the same: hidden state 0 of the text with every word masked, to that of the text; so are
the 16 Gauss–Legendre nodes. Captum takes slopes by backward passes in double precision. Exit code: 0 if every word
agrees to LIMIT of the largest, 1 if not. Needs: captum, numpy, safetensors, torch, transformers.
"""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import torch
from captum.attr import IntegratedGradients
from safetensors.numpy import load_file
from transformers import AutoModel, AutoTokenizer

LIMIT = 2e-3


class Logit(torch.nn.Module):
    """The head's logit of `output` as a function of hidden state 0 [batch, tokens, width]."""

    def __init__(self, model, head, weights, intercept):
        super().__init__()
        self.model, self.head = model, head
        self.weights, self.intercept = torch.tensor(weights), float(intercept)

    def forward(self, state):
        read = {("H", 0): state}
        for l, layer in enumerate(self.model.encoder.layer):
            kept = []
            hook = layer.intermediate.register_forward_hook(lambda _, __, out: kept.append(out))
            state = layer(state)
            state = state[0] if isinstance(state, tuple) else state
            hook.remove()
            read["A", l] = kept[0]
            read["H", l + 1] = state
        neurons = []
        for name in self.head["neurons"]:
            layer, index = name[1:].split(".")
            neurons.append(read[name[0], int(layer)][..., int(index)])
        values = torch.stack(neurons, -1)
        pooled = {"mean": values.mean(1), "first": values[:, 0], "last": values[:, -1]}[self.head["pooling"]]
        return pooled @ self.weights + self.intercept


def main():
    spinscope, run, *texts = sys.argv[1:]
    run = Path(run)
    head = json.loads((run / "head.json").read_text())
    tensors = load_file(run / "head.safetensors")
    folder = json.loads((run / "run.json").read_text())["model"]["path"]
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModel.from_pretrained(folder, attn_implementation="eager").double().eval()
    worst = 0.0
    for text in texts:
        ours = json.loads(subprocess.run(
            [spinscope, "explain", run, text, "--gradients", "--json"], check=True, capture_output=True, text=True).stdout)
        output = 0 if len(head["classes"]) == 2 else head["classes"].index(ours["explained"])
        logit = Logit(model, head, tensors["coef"][output].astype(np.float64), tensors["intercept"][output])
        encoded = tokenizer(text, return_offsets_mapping=True, return_special_tokens_mask=True)
        ids = torch.tensor([encoded["input_ids"]])
        special = np.array(encoded["special_tokens_mask"], bool)
        masked = torch.where(torch.tensor(special), ids, tokenizer.mask_token_id)
        tokens = IntegratedGradients(logit).attribute(
            model.embeddings(ids), model.embeddings(masked), n_steps=16, method="gausslegendre").sum(-1)[0].detach().numpy()
        theirs = [
            sum(part for part, offset, end in zip(tokens, encoded["offset_mapping"], special)
                if not end and word["start"] <= offset[0] and offset[1] <= word["end"])
            for word in ours["words"] if not word["special"]]
        mine = [part for part, word in zip(ours["gradients"]["contributions"], ours["words"]) if not word["special"]]
        difference = np.abs(np.subtract(mine, theirs)).max() / np.abs(theirs).max()
        print(f"{difference:.1e} of the largest word  gap {ours['gradients']['gap']:.1e}  {text[:60]!r}")
        worst = max(worst, difference)
    sys.exit(0 if worst <= LIMIT else 1)


if __name__ == "__main__":
    main()
