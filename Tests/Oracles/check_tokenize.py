"""Compare `spinscope tokenize` with Hugging Face `tokenizers` on whole data files.

    python3 Tests/Oracles/check_tokenize.py FOLDER SPINSCOPE DATA.csv…

FOLDER holds tokenizer.json; SPINSCOPE is the built program; DATA is CSV (or .csv.gz), of which
every field of 20 or more characters is a text, or .json, of which every string is one. Texts go
one a line to `SPINSCOPE tokenize FOLDER - --json`, so texts with a line break inside are left out
and counted. Ids and byte offsets must be equal. Prints one line a file; exits 1 at any difference.
"""

import csv
import gzip
import json
import subprocess
import sys
from pathlib import Path

from tokenizers import Tokenizer

BREAKS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\x00"


def read(path):
    """The texts of a data file, without repeats."""
    if path.endswith(".json"):
        yield from dict.fromkeys(strings(json.loads(Path(path).read_text(encoding="utf-8"))))
        return
    opener = gzip.open if path.endswith(".gz") else open
    csv.field_size_limit(1 << 30)
    with opener(path, "rt", newline="", encoding="utf-8") as file:
        yield from dict.fromkeys(field for row in csv.reader(file) for field in row if len(field) >= 20)


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for part in value if isinstance(value, list) else value.values():
            yield from strings(part)


def byte_offsets(text, encoding):
    ends = [0]
    for character in text:
        ends.append(ends[-1] + len(character.encode()))
    return [[ends[start], ends[end]] for start, end in encoding.offsets]


def answers(program, folder, texts):
    command = [program, "tokenize", folder, "-", "--json"]
    lines = "".join(text + "\n" for text in texts).encode()
    output = subprocess.run(command, input=lines, stdout=subprocess.PIPE, check=True).stdout
    rows = [json.loads(line) for line in output.split(b"\n") if line]
    if len(rows) != len(texts):
        sys.exit(f"{len(texts)} lines in, {len(rows)} objects out")
    return rows


def check(tokenizer, program, folder, path):
    found = list(read(path))
    # An empty line may be skipped by a reader of lines; the Swift tests cover the empty text.
    texts = [text for text in found if text and not any(c in text for c in BREAKS)]
    differences = 0
    for start in range(0, len(texts), 5000):
        part = texts[start : start + 5000]
        rows = answers(program, folder, part)
        for text, encoding, row in zip(part, tokenizer.encode_batch(part), rows):
            if row["ids"] == encoding.ids and row["offsets"] == byte_offsets(text, encoding):
                continue
            differences += 1
            if differences <= 3:
                print(f"{text!r}\n  expected {encoding.ids}\n  found    {row['ids']}")
    skipped = len(found) - len(texts)
    print(f"{path}: {len(texts)} texts, {differences} differences, {skipped} with line breaks left out")
    return differences


def main():
    folder, program, *paths = sys.argv[1:]
    tokenizer = Tokenizer.from_file(f"{folder}/tokenizer.json")
    tokenizer.no_truncation()
    tokenizer.no_padding()
    sys.exit(1 if sum(check(tokenizer, program, folder, path) for path in paths) else 0)


if __name__ == "__main__":
    main()
