#!/usr/bin/env python3
"""Check a corpus of labelled review sentences (columns text,label or text,label,split).

Usage: python3 Tests/Oracles/check_texts.py FILE.csv

The file must be UTF-8 CSV with the header `text,label` or `text,label,split`,
each label being `positive` or `negative`.  These are checked:

* at least 600 rows, exactly half of them positive;
* every text has 3 to 60 words, only printable characters, and no space at
  either end or doubled within;
* no text occurs twice, and no two texts share a run of five words;
* no first three words are shared by more than three texts;
* in each length band the labels differ by at most a tenth of the band (or
  two rows), so that length does not give the label away;
* the mean lengths of the two labels differ by at most one word.

With a split column, in which each entry is `train`, `validation` or `test`:

* at least 800 rows are for training, exactly 200 for validation and 200 for test;
* within each split the labels differ by at most one row;
* no two texts of different splits share a run of five words, or have word
  sets whose Jaccard similarity is above 0.6.

For comparison a text is lower-cased, curly apostrophes become straight ones,
and everything but letters, digits and inner apostrophes separates words.  The
length of a text is the number of such words.

Each fault is printed on its own line, then a verdict: one line, and with a
split column one more for each split.  The exit status is 0 when the file
passes, 1 when it does not, 2 for wrong usage.
Only the standard library is used.
"""

import csv
import re
import sys
from collections import Counter, defaultdict
from itertools import combinations

LABELS = ("positive", "negative")
BANDS = ((3, 6), (7, 12), (13, 20), (21, 34), (35, 60))
MIN_ROWS = 600
MIN_WORDS, MAX_WORDS = 3, 60
NGRAM = 5
OPENING = 3
MAX_SAME_OPENING = 3
MAX_MEAN_DIFFERENCE = 1.0
HEADERS = (["text", "label"], ["text", "label", "split"])
SPLITS = {"train": (800, None), "validation": (200, 200), "test": (200, 200)}
MAX_LABEL_DIFFERENCE = 1
MAX_JACCARD = 0.6
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


def words_of(text):
    """The words of a text, in the form in which texts are compared."""
    return WORD.findall(text.replace("\u2019", "'").lower())


def read_rows(path):
    """Return (rows, faults): rows are (record number, text, label, split or None)."""
    rows, faults = [], []
    with open(path, encoding="utf-8", newline="") as handle:
        reader = csv.reader(handle, strict=True)
        header = next(reader, None)
        if header not in HEADERS:
            return rows, [f"header is {header!r}, not text,label or text,label,split"]
        for number, record in enumerate(reader, start=2):
            if len(record) != len(header):
                faults.append(f"record {number}: {len(record)} fields, not {len(header)}")
            elif record[1] not in LABELS:
                faults.append(f"record {number}: unknown label {record[1]!r}")
            elif len(record) == 3 and record[2] not in SPLITS:
                faults.append(f"record {number}: unknown split {record[2]!r}")
            else:
                rows.append((number, record[0], record[1], record[2] if len(record) == 3 else None))
    return rows, faults


def check_each(rows):
    """Faults that a single text can have."""
    for number, text, _, _ in rows:
        count = len(words_of(text))
        if not MIN_WORDS <= count <= MAX_WORDS:
            yield f"record {number}: {count} words"
        odd = sorted({character for character in text if not character.isprintable()})
        if odd:
            yield f"record {number}: unprintable {odd!r}"
        if text != " ".join(text.split()):
            yield f"record {number}: stray white space"


def check_repeats(rows):
    """Duplicates, shared runs of words, and openings used too often."""
    first_with_words, first_with_ngram = {}, {}
    openings = defaultdict(list)
    for number, text, _, _ in rows:
        words = tuple(words_of(text))
        if words in first_with_words:
            yield f"record {number}: same text as record {first_with_words[words]}"
            continue
        first_with_words[words] = number
        openings[words[:OPENING]].append(number)
        for start in range(len(words) - NGRAM + 1):
            ngram = words[start:start + NGRAM]
            earlier = first_with_ngram.setdefault(ngram, number)
            if earlier != number:
                yield f"records {earlier} and {number} share {' '.join(ngram)!r}"
    for opening, numbers in openings.items():
        if len(numbers) > MAX_SAME_OPENING:
            yield f"{len(numbers)} texts open with {' '.join(opening)!r}: records {numbers}"


def check_balance(rows):
    """Faults in the number and length of the texts of each label."""
    lengths = {label: [] for label in LABELS}
    for _, text, label, _ in rows:
        lengths[label].append(len(words_of(text)))
    positive, negative = (lengths[label] for label in LABELS)
    if len(rows) < MIN_ROWS:
        yield f"{len(rows)} rows, fewer than {MIN_ROWS}"
    if len(positive) != len(negative):
        yield f"{len(positive)} positive but {len(negative)} negative"
    for low, high in BANDS:
        counts = [sum(low <= n <= high for n in lengths[label]) for label in LABELS]
        if not all(counts):
            yield f"band {low}-{high}: a label is missing"
        elif abs(counts[0] - counts[1]) > max(2, sum(counts) // 10):
            yield f"band {low}-{high}: {counts[0]} positive, {counts[1]} negative"
    if positive and negative:
        means = [sum(values) / len(values) for values in (positive, negative)]
        if abs(means[0] - means[1]) > MAX_MEAN_DIFFERENCE:
            yield f"mean length {means[0]:.2f} positive, {means[1]:.2f} negative"


def check_splits(rows):
    """Faults in the size and balance of the splits, and texts too alike across them."""
    if not has_splits(rows):
        return
    for split, (least, most) in SPLITS.items():
        labels = Counter(label for _, _, label, own in rows if own == split)
        size = sum(labels.values())
        if size < least or (most is not None and size > most):
            yield f"{split}: {size} rows, not {least}{' or more' if most is None else ''}"
        if abs(labels[LABELS[0]] - labels[LABELS[1]]) > MAX_LABEL_DIFFERENCE:
            yield f"{split}: {labels[LABELS[0]]} positive, {labels[LABELS[1]]} negative"
    first_with_ngram = {}
    prepared = []
    for number, text, _, split in rows:
        words = words_of(text)
        prepared.append((number, split, set(words)))
        for ngram in zip(*(words[start:] for start in range(NGRAM))):
            earlier, other = first_with_ngram.setdefault(ngram, (number, split))
            if other != split:
                yield f"{other} {earlier} and {split} {number} share {' '.join(ngram)!r}"
    for (one, first, ours), (two, second, theirs) in combinations(prepared, 2):
        if first == second:
            continue
        similarity = len(ours & theirs) / (len(ours | theirs) or 1)
        if similarity > MAX_JACCARD:
            yield f"{first} {one} and {second} {two} share {similarity:.2f} of their words"


def has_splits(rows):
    """Whether the rows come from a file with a split column."""
    return any(split is not None for _, _, _, split in rows)


def summary(rows):
    """The size of the corpus in a few words."""
    lengths = [(len(words_of(text)), label) for _, text, label, _ in rows]
    labels = Counter(label for _, label in lengths)
    parts = []
    for low, high in BANDS:
        band = Counter(label for count, label in lengths if low <= count <= high)
        parts.append(f"{low}-{high}: {band[LABELS[0]]}/{band[LABELS[1]]}")
    means = []
    for label in LABELS:
        values = [count for count, own in lengths if own == label]
        means.append(f"{sum(values) / len(values) if values else 0:.2f}")
    return (f"{len(rows)} texts ({labels[LABELS[0]]} positive, {labels[LABELS[1]]} negative); "
            f"by length {', '.join(parts)}; mean words {'/'.join(means)}")


def main(arguments):
    if len(arguments) != 1:
        print("usage: check_texts.py FILE.csv", file=sys.stderr)
        return 2
    try:
        rows, faults = read_rows(arguments[0])
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        print(f"FAIL: {arguments[0]}: {error}")
        return 1
    for check in (check_each, check_repeats, check_balance, check_splits):
        faults.extend(check(rows))
    for fault in faults:
        print(fault)
    if faults:
        print(f"FAIL: {len(faults)} faults; {summary(rows)}")
    else:
        print(f"OK: {summary(rows)}")
    if has_splits(rows):
        for split in SPLITS:
            print(f"  {split}: {summary([row for row in rows if row[3] == split])}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
