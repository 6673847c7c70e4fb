#!/usr/bin/env python3
"""Test that check_texts.py finds what is wrong: good files pass, each way of spoiling one fails.

Usage: python3 Tests/Oracles/test_check_texts.py
"""

import re
import tempfile
import unittest
from pathlib import Path

from check_texts import (
    CORPORA, check_each, check_openings, check_repetition, check_shortcuts, check_sizes,
    check_variety, faults_of, main, read_rows, words_of)

DEMO = Path(__file__).parents[2] / "Sources/spinscope/Demo"


def with_text(rows, text, at=5):
    """The rows with another text in one place."""
    return rows[:at] + [rewritten(rows[at], text)] + rows[at + 1:]


def rewritten(row, text):
    """The row with another text."""
    return row._replace(text=text, words=words_of(text))


def opened(rows, opening, label=None, count=30):
    """The rows with an opening put before the first texts, or the first of a label."""
    chosen = [row.record for row in rows if label in (None, row.label)][:count]
    return [
        rewritten(row, f"{opening} {row.text}") if row.record in chosen else row for row in rows]


def copied_across(rows, change):
    """The rows with a changed copy of a train text in place of a test text."""
    source = next(row for row in rows if row.split == "train" and 12 <= len(row.words) <= 30)
    place = next(index for index, row in enumerate(rows) if row.split == "test")
    return with_text(rows, " ".join(change(source.words)), place)


def relabelled(rows):
    """The rows with the first text under another label."""
    other = next(row.label for row in rows if row.label != rows[0].label)
    return [rows[0]._replace(label=other)] + rows[1:]


def clipped(rows, words, label=None):
    """The rows with no text, or none of a label, longer than `words`."""
    return [
        rewritten(row, " ".join(row.words[:words])) if label in (None, row.label) else row
        for row in rows]


def reworded(rows, word):
    """The rows with other words, as many as there were."""
    return [
        rewritten(row, " ".join(word(row.record, place) for place in range(len(row.words))))
        for row in rows]


SPOILT = (
    (check_sizes, "texts, not", lambda rows: rows[1:]),
    (check_sizes, "out of balance", relabelled),
    (check_each, "2 words", lambda rows: with_text(rows, "Two words.")),
    (check_each, "62 words", lambda rows: with_text(rows, "so " * 61 + "on")),
    (check_each, "unprintable", lambda rows: with_text(rows, "Is this\x1b[2J it?")),
    (check_each, "stray white space", lambda rows: with_text(rows, "Is that  it?")),
    (check_repetition, "are the same text", lambda rows: with_text(rows, rows[9].text.upper() + "!")),
    (check_repetition, "share '", lambda rows: copied_across(rows, lambda words: words[:5])),
    (check_repetition, "of their words", lambda rows: copied_across(rows, reversed)),
    (check_openings, "[0-9] texts open with", lambda rows: opened(rows, "Zounds, is")),
    (check_openings, "[a-z] texts open with",
     lambda rows: opened(rows, "Zounds, is", rows[0].label)),
    (check_variety, "16 or more words", lambda rows: clipped(rows, 12)),
    (check_variety, "at most 7 words", lambda rows: opened(rows, "so " * 7, count=len(rows))),
    (check_variety, "in one text only", lambda rows: reworded(rows, lambda row, place: f"w{place}")),
    (check_variety, "in one text only",
     lambda rows: reworded(rows, lambda row, place: f"w{row}x{place}")),
    (check_shortcuts, "the first two words guesses",
     lambda rows: [rewritten(row, f"{row.record % 9} {row.label} {row.text}") for row in rows]),
    (check_shortcuts, "the length guesses", lambda rows: clipped(rows, 7, rows[0].label)),
    (check_shortcuts, "mean lengths of labels", lambda rows: clipped(rows, 7, rows[0].label)),
)


class CheckTextsTests(unittest.TestCase):
    def rows(self, name):
        rows, faults = read_rows(DEMO / f"{name}.csv", CORPORA[name])
        self.assertEqual(faults, [])
        return rows

    def test_good_files_pass(self):
        for name, corpus in CORPORA.items():
            self.assertEqual(faults_of(self.rows(name), corpus), [])

    def test_spoilt_files_fail(self):
        for name, corpus in CORPORA.items():
            rows = self.rows(name)
            for check, fault, spoil in SPOILT:
                with self.subTest(name=name, fault=fault):
                    faults = list(check(spoil(rows), corpus))
                    self.assertTrue(any(re.search(fault, found) for found in faults), faults[:5])

    def test_records_that_are_no_row_fail(self):
        records = {
            "text,label\n": "header is",
            "text,label,split\nIs it?,food\n": "2 fields",
            "text,label,split\nIs it?,drink,train\n": "unknown label 'drink'",
            "text,label,split\nIs it?,food,dev\n": "unknown split 'dev'",
        }
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "questions.csv"
            for content, fault in records.items():
                path.write_text(content, encoding="utf-8")
                _, faults = read_rows(path, CORPORA["questions"])
                self.assertIn(fault, faults[0])
                self.assertEqual(main([str(path)]), 1)

    def test_files_that_are_not_known_are_wrong_usage(self):
        self.assertEqual(main([]), 2)
        self.assertEqual(main(["other.csv"]), 2)


if __name__ == "__main__":
    unittest.main(buffer=True)
