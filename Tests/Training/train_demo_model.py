#!/usr/bin/env python3
"""Train a small GPT-2 that reads reviews, as a folder that transformers and SpinScope open.

    python Tests/Training/train_demo_model.py DATA OUT --minutes 90 --threads 2

DATA is the folder of data sets (`sst2`, `imdb`, `agnews`, `trec`); only their train splits are trained
on, SST-2's dev split measures. OUT receives tokenizer, F16 weights and model card; `OUT.work` beside it keeps
tokenizer and checkpoint. The same command goes on from there until `--minutes` of training are done;
after Ctrl-C at most three minutes are lost.

The objective is next-token cross-entropy, plus `SENTIMENT` times the cross-entropy of a linear layer
on the mean of hidden state `OPINION` for texts that have a sentiment: without it a model of this size
learns little of what reviews mean in an hour. It sits below the top, as in a large language model, whose
last blocks turn to the next word. That layer is thrown away; SPIN fits its own head.
The blocks' matrices are moved by Muon (Jordan et al. 2024), all else by AdamW; products are taken in
bfloat16, parameters stay in F32. The rate follows the clock, so two trainings differ in their bytes.
Needs: torch, transformers, tokenizers, safetensors.
"""

import argparse
import json
import math
import os
import platform
import random
import time
from pathlib import Path

import torch
from corpus import END, NONE, VOCABULARY, pieces_of, read_csv, train_tokenizer, training_texts
from model_card import write_card
from tokenizers import Tokenizer
from torch.nn.functional import cross_entropy
from transformers import GPT2Config, GPT2LMHeadModel

WIDTH, BLOCKS, HEADS, POSITIONS = 192, 6, 6, 256
OPINION = 4
BATCH_TOKENS = 6_144
# Share of the positions whose next token is asked for: scoring the vocabulary costs as much as the blocks.
ASKED = 0.5
# Of AdamW and of Muon.
PEAK_RATES = (3e-3, 2e-2)
WARM_UP_STEPS, DECAY = 50, 0.05
SENTIMENT = 1.0
REPORT_SECONDS, SAVE_SECONDS = 15, 180


class Reader(torch.nn.Module):
    """The language model, and the layer that says sentiment."""

    def __init__(self):
        super().__init__()
        self.language = GPT2LMHeadModel(GPT2Config(
            vocab_size=VOCABULARY, n_positions=POSITIONS, n_embd=WIDTH, n_layer=BLOCKS, n_head=HEADS,
            resid_pdrop=0, attn_pdrop=0, attn_implementation="eager",
            bos_token_id=0, eos_token_id=0))
        self.sentiment = torch.nn.Linear(WIDTH, 2)

    def forward(self, ids, mask):
        """Last states [batch, tokens, WIDTH] and sentiment logits of texts [batch, tokens], padded on the right."""
        read = self.language.transformer(ids, attention_mask=mask, output_hidden_states=True)
        weights = mask[..., None].float()
        means = (read.hidden_states[OPINION] * weights).sum(1) / weights.sum(1)
        return read.last_hidden_state, self.sentiment(means)


def next_tokens(ids, mask):
    """The token after each but the last position [batch, tokens - 1], `NONE` where it is padding."""
    return ids[:, 1:].masked_fill(mask[:, 1:] == 0, NONE)


def losses_of(reader, batch):
    """The two losses of a batch of (ids, sentiment): next token, sentiment (0 if none has one)."""
    ids, mask, sentiments = batch
    states, opinions = reader(ids, mask)
    targets = next_tokens(ids, mask)
    asked = (targets != NONE) & (torch.rand(targets.shape) < ASKED)
    language = cross_entropy(reader.language.lm_head(states[:, :-1][asked]), targets[asked])
    if (sentiments == NONE).all():
        return language, torch.zeros(())
    return language, cross_entropy(opinions, sentiments, ignore_index=NONE)


def batches(examples, rng):
    """Batches of about `BATCH_TOKENS` ids without end, each of examples of like length."""
    while True:
        order = [(len(ids) + rng.random() * 4, index) for index, (ids, _) in enumerate(examples)]
        order = [index for _, index in sorted(order)]
        groups, group = [], []
        for index in order:
            group.append(index)
            if len(group) * len(examples[index][0]) >= BATCH_TOKENS:
                groups.append(group)
                group = []
        rng.shuffle(groups)
        for group in groups:
            yield padded([examples[index] for index in group])


def padded(examples):
    """Ids and mask [batch, tokens], and sentiments [batch], of (ids, sentiment) examples."""
    longest = max(len(ids) for ids, _ in examples)
    ids = torch.tensor([ids + [0] * (longest - len(ids)) for ids, _ in examples])
    mask = torch.tensor([[1] * len(ids) + [0] * (longest - len(ids)) for ids, _ in examples])
    return ids, mask, torch.tensor([sentiment for _, sentiment in examples])


def optimizers_of(reader):
    """AdamW for embeddings, norms and biases; Muon for the matrices of the blocks."""
    matrices = [p for p in reader.language.transformer.h.parameters() if p.ndim == 2]
    kept = {id(p) for p in matrices}
    others = [p for p in reader.parameters() if id(p) not in kept]
    return (
        torch.optim.AdamW(others, lr=0, betas=(0.9, 0.98), weight_decay=DECAY),
        torch.optim.Muon(matrices, lr=0, weight_decay=DECAY))


def rate_at(steps, share):
    """Share of the peak rate: up in a line over the first steps, down in a cosine of the time's share."""
    return min(1, (steps + 1) / WARM_UP_STEPS) * 0.5 * (1 + math.cos(math.pi * share))


@torch.no_grad()
def measured(reader, examples):
    """Accuracy of sentiment, and next-token loss in nats, over labelled examples."""
    reader.eval()
    right, loss, tokens = 0, 0.0, 0
    for start in range(0, len(examples), 32):
        ids, mask, sentiments = padded(examples[start:start + 32])
        states, opinions = reader(ids, mask)
        right += (opinions.argmax(-1) == sentiments).sum().item()
        targets = next_tokens(ids, mask)
        kept = targets != NONE
        words = reader.language.lm_head(states[:, :-1][kept])
        loss += cross_entropy(words, targets[kept], reduction="sum").item()
        tokens += kept.sum().item()
    reader.train()
    return {"accuracy": right / len(examples), "loss": loss / tokens, "texts": len(examples)}


class Training:
    """A model under training, with what a checkpoint must hold to go on."""

    def __init__(self, checkpoint):
        self.checkpoint = checkpoint
        self.reader = Reader()
        self.optimizers = optimizers_of(self.reader)
        self.seconds, self.steps, self.tokens = 0.0, 0, 0
        if checkpoint.exists():
            kept = torch.load(checkpoint, weights_only=True)
            self.reader.load_state_dict(kept["reader"])
            for optimizer, state in zip(self.optimizers, kept["optimizers"]):
                optimizer.load_state_dict(state)
            self.seconds, self.steps, self.tokens = kept["seconds"], kept["steps"], kept["tokens"]

    def save(self):
        """Writes the checkpoint under another name first, so that a stop leaves one that is whole."""
        partial = self.checkpoint.with_suffix(".partial")
        torch.save({
            "reader": self.reader.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "seconds": self.seconds, "steps": self.steps, "tokens": self.tokens}, partial)
        os.replace(partial, self.checkpoint)

    def run(self, examples, dev, seconds):
        """Trains until so many seconds of training are done."""
        stream = batches(examples, random.Random(self.steps))
        reported = saved = self.seconds
        self.reader.train()
        while self.seconds < seconds:
            started = time.monotonic()
            batch = next(stream)
            language, sentiment = self.step(batch, self.seconds / seconds)
            self.seconds += time.monotonic() - started
            self.steps += 1
            self.tokens += int(batch[1].sum())
            if self.seconds - reported >= REPORT_SECONDS:
                reported = self.seconds
                print(
                    f"{self.seconds / 60:6.1f} min  {self.tokens / 1e6:6.2f} M tokens  "
                    f"next token {language:.3f}  sentiment {sentiment:.3f}", flush=True)
            if self.seconds - saved >= SAVE_SECONDS:
                saved = self.seconds
                self.save()
                print("       dev", measured(self.reader, dev), flush=True)
        self.save()

    def step(self, batch, share):
        """One step of the optimizer; the two losses before it."""
        with torch.autocast("cpu", torch.bfloat16):
            language, sentiment = losses_of(self.reader, batch)
        (language + SENTIMENT * sentiment).backward()
        torch.nn.utils.clip_grad_norm_(self.reader.parameters(), 1.0)
        for optimizer, peak in zip(self.optimizers, PEAK_RATES):
            for group in optimizer.param_groups:
                group["lr"] = peak * rate_at(self.steps, share)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        return language.item(), sentiment.item()


def export(training, tokenizer, out, scores, threads):
    """Writes the model's folder: F16 weights, tokenizer, card."""
    model = training.reader.language.transformer.half()
    model.save_pretrained(out)
    (out / "model.safetensors").chmod(0o644)
    tokenizer.save(str(out / "tokenizer.json"))
    (out / "tokenizer_config.json").write_text(json.dumps({
        "tokenizer_class": "PreTrainedTokenizerFast", "bos_token": END, "eos_token": END,
        "unk_token": END, "model_max_length": POSITIONS}, indent=2) + "\n")
    write_card(
        out, parameters=sum(p.numel() for p in model.parameters()) / 1e6, blocks=BLOCKS, width=WIDTH,
        vocabulary=VOCABULARY, sentiment=SENTIMENT, opinion=OPINION, tokens=training.tokens / 1e6,
        steps=training.steps, minutes=training.seconds / 60,
        hardware=f"a CPU ({platform.machine()}, threads: {threads})",
        perplexity=math.exp(scores["loss"]), **scores)


def tokenizer_in(folder, texts):
    """The tokenizer that an earlier start has left, or a new one."""
    file = folder / "tokenizer.json"
    if not file.exists():
        train_tokenizer(text for text, _ in texts).save(str(file))
    return Tokenizer.from_file(str(file))


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder of data sets")
    parser.add_argument("out", type=Path, help="model folder to write")
    parser.add_argument("--minutes", type=float, default=90, help="training time in all starts together")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(1)
    work = arguments.out.with_name(arguments.out.name + ".work")
    work.mkdir(parents=True, exist_ok=True)

    texts = list(training_texts(arguments.data))
    tokenizer = tokenizer_in(work, texts)
    examples = list(pieces_of(tokenizer, texts))
    dev = list(pieces_of(tokenizer, (
        (text, int(label)) for text, label in read_csv(arguments.data / "sst2/dev.csv"))))
    print(f"{len(examples):,} pieces, {sum(len(ids) for ids, _ in examples) / 1e6:.1f} M tokens", flush=True)

    training = Training(work / "checkpoint.pt")
    training.run(examples, dev, arguments.minutes * 60)
    scores = measured(training.reader, dev)
    print("dev", scores)
    export(training, tokenizer, arguments.out, scores, arguments.threads)


if __name__ == "__main__":
    main()
