"""Times `spinscope tokenize` against Hugging Face `tokenizers`, each in one thread.

    python3 Tests/Benchmarks/tokenize_speed.py SPINSCOPE DATA.csv TOKENIZER_FOLDER…

Texts are those of `check_tokenize.py`: every field of DATA of 20 or more characters without a line
break. SPINSCOPE is a whole process: it reads the texts, finds ids, pieces and byte offsets, and
writes them as JSON to a pipe; the time of the same command on one short text, which is that of
loading, is taken off. `tokenizers` is `encode_batch` alone, in a process that has loaded its
tokenizer and the texts: `first` with empty caches, `later` with those of the same texts' first run.
So what is unequal speaks for `tokenizers`. Runs alternate; the median of five is shown, as
milliseconds.
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

os.environ["RAYON_NUM_THREADS"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
sys.path.insert(0, str(Path(__file__).parent.parent / "Oracles"))

from check_tokenize import BREAKS, read  # noqa: E402
from tokenizers import Tokenizer  # noqa: E402

ROUNDS = 5


def timed(work):
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def ours(program, folder, texts):
    command = [program, "tokenize", folder, "-", "--json"]
    lines = "".join(text + "\n" for text in texts).encode()
    output = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "check": True}
    return timed(lambda: subprocess.run(command, input=lines, **output))


def compare(program, folder, texts):
    ready, first, later = [], [], []
    for _ in range(ROUNDS):
        ready.append(ours(program, folder, texts) - ours(program, folder, ["a"]))
        tokenizer = Tokenizer.from_file(f"{folder}/tokenizer.json")
        tokenizer.no_truncation()
        tokenizer.no_padding()
        first.append(timed(lambda: tokenizer.encode_batch(texts)))
        later.append(timed(lambda: tokenizer.encode_batch(texts)))
    medians = [statistics.median(times) for times in (ready, first, later)]
    print(f"{Path(folder).name:20}" + "".join(f"{value:10.0f}" for value in medians) +
          f"{medians[2] / medians[0]:9.2f}×", flush=True)


def main():
    program, data, *folders = sys.argv[1:]
    texts = [text for text in read(data) if not any(c in text for c in BREAKS)]
    size = sum(len(text.encode()) for text in texts) / 1e6
    print(f"{len(texts)} texts, {size:.1f} MB; ms\n{'':20} spinscope     first     later    ratio")
    for folder in folders:
        compare(program, folder, texts)


if __name__ == "__main__":
    main()
