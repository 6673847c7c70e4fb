"""Times `spinscope bench extract` against ONNX Runtime and transformers on the same texts, in turns.

    python extract_peers.py .build/release/spinscope MODEL DATA.csv [--threads 1] [--rounds 5] [--texts 200] [--latency]

Everybody makes the pooled (first, max, mean) hidden states and activations of every layer in F32; tokenization is done
before, and each gets the batch that suits it: texts sorted by length, 8 or 32 at a time, the better one counts.
Activations come from the model's own feed-forward, through outputs of the ONNX graph or hooks. `--latency` times single
sentences instead, tokenization included, one after the other. `--random distilbert|gpt2|gpt2-medium` leaves MODEL's
weights and takes that shape with random ones, its tokenizer from MODEL; ONNX Runtime is then left out.
Says for each its median, best and worst round, and the median of the rounds' ratios to SpinScope.
Needs: numpy, torch, transformers, onnx, onnxruntime.
"""

import argparse
import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

threads = sys.argv[sys.argv.index("--threads") + 1] if "--threads" in sys.argv else "1"
os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = threads

import numpy as np
import torch
from transformers import AutoModel, AutoTokenizer, DistilBertConfig, GPT2Config

SHAPES = {
    "distilbert": lambda: DistilBertConfig(),
    "gpt2": lambda: GPT2Config(),
    "gpt2-medium": lambda: GPT2Config(n_embd=1024, n_layer=24, n_head=16),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("spinscope", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--texts", type=int, default=200)
    parser.add_argument("--latency", action="store_true")
    parser.add_argument("--random", choices=SHAPES)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.set_grad_enabled(False)

    with open(arguments.data) as file:
        texts = [row["text"] for row in csv.DictReader(file)][: arguments.texts]
    if arguments.latency:
        words = " ".join(texts).split()
        texts = [" ".join(words[i : i + 12]) for i in range(0, 12 * arguments.texts, 12)]
    with tempfile.TemporaryDirectory() as folder:
        compare(arguments, texts, Path(folder))


def compare(arguments, texts, folder):
    model_folder, model, tokenizer = load(arguments, folder)
    data = folder / "texts.csv"
    with open(data, "w") as file:
        rows = csv.writer(file)
        rows.writerow(["text", "label"])
        rows.writerows([text, i % 2] for i, text in enumerate(texts))
    peers = {"transformers, sdpa": Torch(model)}
    if not arguments.random:
        peers = {"ONNX Runtime": ONNX(model, folder / "model.onnx", arguments.threads), **peers}
    ours = SpinScope(arguments, model_folder, data)
    ids = [tokenizer(text, truncation=True, max_length=512)["input_ids"] for text in texts]
    sizes = [1] if arguments.latency else [8, 32]

    rounds = {}
    for _ in range(arguments.rounds + 1):
        rounds.setdefault("SpinScope", []).append(ours.round())
        for name, peer in peers.items():
            for size in sizes:
                run = latencies if arguments.latency else whole
                rounds.setdefault(f"{name}, batches of {size}", []).append(run(peer, tokenizer, texts, ids, size))
    ours.close()
    tokens = sum(map(len, ids))
    print(f"{len(texts)} texts, {tokens} tokens, {arguments.threads} threads, {arguments.rounds} rounds after one that is not counted")
    for name, times in rounds.items():
        report(name, times[1:], rounds["SpinScope"][1:])
    if ours.peak:
        print(f"SpinScope's peak memory {ours.peak / 1e6:.0f} MB")


def report(name, times, ours):
    if isinstance(times[0], list):
        p50 = [1000 * float(np.quantile(t, 0.5)) for t in times]
        p99 = [1000 * float(np.quantile(t, 0.99)) for t in times]
        ratio = statistics.median(a / (1000 * float(np.quantile(b, 0.5))) for a, b in zip(p50, ours))
        print(f"{name:36} p50 {statistics.median(p50):7.2f} ms, p99 {statistics.median(p99):7.2f} ms, p50 / SpinScope's {ratio:.2f}")
    else:
        ratio = statistics.median(a / b for a, b in zip(times, ours))
        print(f"{name:36} median {statistics.median(times):7.3f} s, {min(times):.3f} to {max(times):.3f}, / SpinScope {ratio:.2f}")


def load(arguments, folder):
    tokenizer = AutoTokenizer.from_pretrained(arguments.model)
    if not arguments.random:
        return arguments.model, AutoModel.from_pretrained(arguments.model, attn_implementation="sdpa").eval(), tokenizer
    config = SHAPES[arguments.random]()
    torch.manual_seed(1)
    model = AutoModel.from_config(config, attn_implementation="sdpa").eval()
    random = folder / "random"
    model.save_pretrained(random)
    tokenizer.save_pretrained(random)
    return random, model, tokenizer


def whole(peer, tokenizer, texts, ids, size):
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    start = time.perf_counter()
    for first in range(0, len(order), size):
        peer.pooled(*padded([ids[i] for i in order[first : first + size]]))
    return time.perf_counter() - start


def latencies(peer, tokenizer, texts, ids, size):
    times = []
    for text in texts:
        start = time.perf_counter()
        peer.pooled(*padded([tokenizer(text, truncation=True, max_length=512)["input_ids"]]))
        times.append(time.perf_counter() - start)
    return times[len(times) // 10 :]


def padded(batch):
    longest = max(map(len, batch))
    ids = np.zeros((len(batch), longest), dtype=np.int64)
    mask = np.zeros((len(batch), longest), dtype=np.int64)
    for row, text in enumerate(batch):
        ids[row, : len(text)] = text
        mask[row, : len(text)] = 1
    return ids, mask


class Traced(torch.nn.Module):
    """A model whose outputs are all hidden states and all activations: what enters each second feed-forward layer."""

    def __init__(self, model):
        super().__init__()
        self.model = model
        self.activations = []
        ends = (".output.dense", "ffn.lin2", "mlp.c_proj")
        for name, layer in model.named_modules():
            if name.endswith(ends) and "attention" not in name:
                layer.register_forward_pre_hook(lambda _, inputs: self.activations.append(inputs[0]))

    def forward(self, ids, mask):
        self.activations.clear()
        out = self.model(input_ids=ids, attention_mask=mask, output_hidden_states=True)
        return (*out.hidden_states, *self.activations)


class Torch:
    def __init__(self, model):
        self.traced = Traced(model)

    def pooled(self, ids, mask):
        ids, mask = torch.from_numpy(ids), torch.from_numpy(mask)
        keep = mask.bool().unsqueeze(-1)
        counts = mask.sum(1, keepdim=True)
        everything = bool(mask.all())
        for x in self.traced(ids, mask):
            if everything:
                x[:, 0], x.amax(1), x.mean(1)
            else:
                x[:, 0], x.masked_fill(~keep, -torch.inf).amax(1), x.masked_fill(~keep, 0).sum(1) / counts


class ONNX:
    def __init__(self, model, path, threads):
        import onnxruntime

        traced = Traced(model).eval()
        ids = torch.ones(2, 7, dtype=torch.int64)
        count = len(traced(ids, ids))
        names = [f"out{i}" for i in range(count)]
        axes = {0: "texts", 1: "tokens"}
        torch.onnx.export(
            traced, (ids, ids), str(path), input_names=["ids", "mask"], output_names=names, opset_version=17,
            dynamic_axes={name: axes for name in ["ids", "mask", *names]}, dynamo=False)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def pooled(self, ids, mask):
        keep = mask.astype(bool)[..., None]
        counts = mask.sum(1, keepdims=True)
        everything = mask.all()
        for x in self.session.run(None, {"ids": ids, "mask": mask}):
            if everything:
                x[:, 0], x.max(1), x.mean(1)
            else:
                x[:, 0], np.where(keep, x, -np.inf).max(1), np.where(keep, x, 0).sum(1) / counts


class SpinScope:
    def __init__(self, arguments, model, data):
        command = [arguments.spinscope, "bench", "extract", model, data, "--on-request", "--threads", str(arguments.threads)]
        self.one_by_one = arguments.latency
        self.peak = 0
        self.process = subprocess.Popen(
            command + ["--one-by-one"] * self.one_by_one, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def round(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if self.one_by_one:
            return [t / 1000 for t in answer["milliseconds"]]
        self.peak = answer["peakBytes"]
        return answer["seconds"]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


if __name__ == "__main__":
    main()
