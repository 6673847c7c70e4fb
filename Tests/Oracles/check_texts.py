#!/usr/bin/env python3
"""Check the texts that come with SpinScope: CSV files with the columns text,label,split.

Usage: python3 Tests/Oracles/check_texts.py FILE.csv…

A file is known by its name, `reviews.csv` or `questions.csv`; `CORPORA` says what each must hold.
Checked are, for each file:

* the labels and the size of the splits; within each split labels differ by at most one text;
* texts: the number of words, printable characters only, no stray white space;
* repetition: no text twice, no run of five words in two texts, no two texts that share
  more than 0.6 of their words (Jaccard), neither across splits nor within;
* openings: the first two words begin at most 2 % of the texts and 4 % of a label's;
* variety: at least a tenth of the texts have up to 7 words, a tenth have 16 or more, and words that
  only one text uses are 5 to 30 % of all words (templates have fewer, gibberish has more);
* shortcuts: guessing the label of validation and test texts by the majority of the train texts
  with the same first word, the same first two words or a like length is right at most 10
  points more often than chance, and mean lengths of labels differ by at most one word.

Words are lower-cased runs of letters, digits and inner apostrophes, curly ones made straight.

Each fault is printed on a line of its own, then a verdict a file. The exit status is 0 when all
files pass, 1 when one does not, 2 for wrong usage. Only the standard library is used.
"""

import csv
import re
import sys
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path
from typing import NamedTuple


class Corpus(NamedTuple):
    """What a file must hold; splits are numbers of texts."""

    labels: tuple
    splits: dict
    most_words: int


class Row(NamedTuple):
    """A text, and the number of the record that it stands in."""

    record: int
    text: str
    label: str
    split: str
    words: tuple


CORPORA = {
    "reviews": Corpus(
        ("negative", "positive"), {"train": 820, "validation": 200, "test": 200}, most_words=60),
    "questions": Corpus(
        ("food", "health", "home", "money", "technology", "travel"),
        {"train": 528, "validation": 132, "test": 132}, most_words=40),
}
HEADER = ["text", "label", "split"]
LEAST_WORDS = 3
NGRAM = 5
MOST_JACCARD = 0.6
OPENING = 2
MOST_OPENING, MOST_OPENING_OF_LABEL = 0.02, 0.04
SHORT, LONG, LEAST_SHARE = 7, 16, 0.1
UNUSUAL = (0.05, 0.30)
MOST_ABOVE_CHANCE = 0.1
MOST_MEAN_DIFFERENCE = 1.0
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
SHORTCUTS = {
    "first word": lambda row: row.words[:1],
    "first two words": lambda row: row.words[:2],
    "length": lambda row: len(row.words) // 4,
}


def words_of(text):
    """The words of a text, in the form in which texts are compared."""
    return tuple(WORD.findall(text.replace("\u2019", "'").lower()))


def read_rows(path, corpus):
    """Return (rows, faults) of a file; records that are no row are faults."""
    rows, faults = [], []
    with open(path, encoding="utf-8", newline="") as handle:
        reader = csv.reader(handle, strict=True)
        header = next(reader, None)
        if header != HEADER:
            return rows, [f"header is {header!r}, not {','.join(HEADER)}"]
        for number, record in enumerate(reader, start=2):
            if len(record) != len(HEADER):
                faults.append(f"record {number}: {len(record)} fields, not {len(HEADER)}")
            elif record[1] not in corpus.labels:
                faults.append(f"record {number}: unknown label {record[1]!r}")
            elif record[2] not in corpus.splits:
                faults.append(f"record {number}: unknown split {record[2]!r}")
            else:
                rows.append(Row(number, *record, words_of(record[0])))
    return rows, faults


def check_sizes(rows, corpus):
    """Splits of another size than they should have, or out of balance."""
    for split, expected in corpus.splits.items():
        labels = Counter(row.label for row in rows if row.split == split)
        if labels.total() != expected:
            yield f"{split}: {labels.total()} texts, not {expected}"
        counts = [labels[label] for label in corpus.labels]
        if max(counts) - min(counts) > 1:
            yield f"{split}: labels are out of balance: {dict(labels)}"


def check_each(rows, corpus):
    """Faults that a single text can have."""
    for row in rows:
        if not LEAST_WORDS <= len(row.words) <= corpus.most_words:
            yield f"record {row.record}: {len(row.words)} words"
        odd = sorted({character for character in row.text if not character.isprintable()})
        if odd:
            yield f"record {row.record}: unprintable {odd!r}"
        if row.text != " ".join(row.text.split()):
            yield f"record {row.record}: stray white space"


def check_repetition(rows, corpus):
    """Texts that say the same, or share a run of words or most of their words."""
    first_with_words, first_with_ngram = {}, {}
    for row in rows:
        first = first_with_words.setdefault(row.words, row)
        if first is not row:
            yield f"records {first.record} and {row.record} are the same text"
            continue
        for ngram in zip(*(row.words[start:] for start in range(NGRAM))):
            first = first_with_ngram.setdefault(ngram, row)
            if first is not row:
                yield f"{place(first)} and {place(row)} share {' '.join(ngram)!r}"
    prepared = [(row, set(row.words)) for row in first_with_words.values()]
    for (one, ours), (other, theirs) in combinations(prepared, 2):
        shared = len(ours & theirs) / (len(ours | theirs) or 1)
        if shared > MOST_JACCARD:
            yield f"{place(one)} and {place(other)} share {shared:.2f} of their words"


def place(row):
    """Where a text stands."""
    return f"{row.split} record {row.record}"


def check_openings(rows, corpus):
    """Openings that too many texts begin with."""
    groups = {"texts": (rows, MOST_OPENING)}
    for label in corpus.labels:
        of_label = [row for row in rows if row.label == label]
        groups[f"{label} texts"] = (of_label, MOST_OPENING_OF_LABEL)
    for name, (group, share) in groups.items():
        openings = Counter(row.words[:OPENING] for row in group)
        for opening, count in openings.items():
            if count > share * len(group):
                yield f"{count} of {len(group)} {name} open with {' '.join(opening)!r}"


def check_variety(rows, corpus):
    """Lengths or words that are too much alike, or too little."""
    lengths = [len(row.words) for row in rows]
    for share, what in (
        (mean(length <= SHORT for length in lengths), f"at most {SHORT}"),
        (mean(length >= LONG for length in lengths), f"{LONG} or more"),
    ):
        if share < LEAST_SHARE:
            yield f"only {share:.1%} of the texts have {what} words"
    unusual = unusual_share(rows)
    if not UNUSUAL[0] <= unusual <= UNUSUAL[1]:
        yield f"{unusual:.1%} of the words are in one text only"


def check_shortcuts(rows, corpus):
    """Ways to guess the label that do not need the meaning."""
    chance = 1 / len(corpus.labels)
    for name, key in SHORTCUTS.items():
        right = guessed(rows, key, chance)
        if right > chance + MOST_ABOVE_CHANCE:
            yield f"the {name} guesses {right:.1%} of the labels, chance {chance:.1%}"
    means = [mean(len(row.words) for row in rows if row.label == label) for label in corpus.labels]
    if max(means) - min(means) > MOST_MEAN_DIFFERENCE:
        yield f"mean lengths of labels are {min(means):.1f} to {max(means):.1f} words"


def guessed(rows, key, chance):
    """The share of texts outside train whose label the majority of train texts of the same key tells."""
    seen = defaultdict(Counter)
    for row in rows:
        if row.split == "train":
            seen[key(row)][row.label] += 1

    def score(row):
        labels = seen.get(key(row))
        return chance if labels is None else labels.most_common(1)[0][0] == row.label

    return mean(score(row) for row in rows if row.split != "train")


def unusual_share(rows):
    """The share of all words that only one text uses."""
    texts = Counter(word for row in rows for word in set(row.words))
    return mean(texts[word] == 1 for row in rows for word in row.words)


def mean(values):
    """The mean, 0 of nothing."""
    values = list(values)
    return sum(values) / (len(values) or 1)


CHECKS = (
    check_sizes, check_each, check_repetition, check_openings, check_variety, check_shortcuts)


def faults_of(rows, corpus):
    """Every fault of a file's rows."""
    return [fault for check in CHECKS for fault in check(rows, corpus)]


def summary(rows, corpus):
    """A corpus in a line."""
    splits = ", ".join(f"{sum(r.split == s for r in rows)} {s}" for s in corpus.splits)
    shortcuts = ", ".join(
        f"{name} {guessed(rows, key, 1 / len(corpus.labels)):.0%}"
        for name, key in SHORTCUTS.items())
    return (
        f"{len(rows)} texts ({splits}) of {len(corpus.labels)} labels, "
        f"{mean(len(row.words) for row in rows):.1f} words a text, {unusual_share(rows):.0%} of them "
        f"in one text only; guessed by {shortcuts}")


def check_file(path):
    """Print a file's faults and verdict; whether it has none."""
    corpus = CORPORA[path.stem]
    try:
        rows, faults = read_rows(path, corpus)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        print(f"FAIL: {path}: {error}")
        return False
    faults += faults_of(rows, corpus)
    for fault in faults:
        print(f"{path.name}: {fault}")
    verdict = f"FAIL: {len(faults)} faults" if faults else "OK"
    print(f"{path.name}: {verdict}: {summary(rows, corpus)}")
    return not faults


def main(arguments):
    paths = [Path(argument) for argument in arguments]
    if not paths or any(path.stem not in CORPORA for path in paths):
        print(f"usage: check_texts.py FILE.csv…, named {' or '.join(CORPORA)}", file=sys.stderr)
        return 2
    return 0 if all([check_file(path) for path in paths]) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
