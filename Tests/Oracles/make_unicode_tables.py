"""Measure the character classes of Hugging Face `tokenizers`, and write them as Swift.

    python3 Tests/Oracles/make_unicode_tables.py Sources/Tokenizers

The library's tables come from several Unicode versions, none of them Swift's, so each class is
asked of the library itself, scalar by scalar (about a minute). Writes UnicodeTables.swift,
UnicodeDecompositions.swift, UnicodeCompatibility.swift and UnicodeCategories.swift; run
`swift format lint --strict` on them afterwards.
"""

import sys
from pathlib import Path
from unicodedata import combining, ucd_3_2_0

import tokenizers
from character_map import normalizer
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers

SCALARS = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]
HANGUL = range(0xAC00, 0xD7A4)


def bert(clean=False, chinese=False, strip=False, lower=False):
    return normalizers.BertNormalizer(clean, chinese, strip, lower).normalize_str


def ranges(scalars):
    found = []
    for c in sorted(scalars):
        if found and found[-1][1] == c - 1:
            found[-1][1] = c
        else:
            found.append([c, c])
    return " ".join(f"{a:X}" if a == b else f"{a:X}-{b:X}" for a, b in found)


def combining_classes(nfd):
    """Class of every scalar, by what it changes places with."""
    marks = {}  # one mark a class, from the oldest characters, where versions agree
    for c in range(0x10000):
        if ucd_3_2_0.combining(chr(c)) and nfd(chr(c)) == chr(c):
            marks.setdefault(ucd_3_2_0.combining(chr(c)), chr(c))
    known = sorted(marks)
    classes = {}
    for c in SCALARS:
        if len(nfd(chr(c))) != 1 or nfd(chr(c)) != chr(c):
            continue
        above, below = marks[known[-1]], marks[known[0]]
        if nfd("a" + above + chr(c)) == "a" + above + chr(c) and nfd(
            "a" + chr(c) + below
        ) == "a" + chr(c) + below:
            continue  # changes places with nothing: class 0
        lower = [k for k in known if nfd("a" + chr(c) + marks[k]) != "a" + chr(c) + marks[k]]
        higher = [k for k in known if nfd("a" + marks[k] + chr(c)) != "a" + marks[k] + chr(c)]
        equal = [k for k in known if k not in lower and k not in higher]
        if not equal and max(lower, default=0) < combining(chr(c)) < min(higher, default=256):
            equal = [combining(chr(c))]  # a class that no old character has, such as 214
        assert len(equal) == 1, (hex(c), equal)
        classes[c] = equal[0]
    return classes


def lowercase_runs(lower):
    """(first, last, step, delta) runs; scalars with longer mappings apart."""
    singles, longer, runs = {}, {}, []
    for c in SCALARS:
        mapped = lower(chr(c))
        if mapped != chr(c):
            if len(mapped) == 1:
                singles[c] = ord(mapped) - c
            else:
                longer[c] = [ord(m) for m in mapped]
    for c, delta in sorted(singles.items()):
        if c < 0x80:
            continue
        if runs and runs[-1][3] == delta:
            first, last, step, _ = runs[-1]
            if (first == last and c - last in (1, 2)) or (first != last and c - last == step):
                runs[-1][1], runs[-1][2] = c, c - last
                continue
        runs.append([c, c, 1, delta])
    assert longer == {0x130: [0x69, 0x307]}, longer
    return " ".join(f"{a:X}-{b:X}/{s}{d:+d}" for a, b, s, d in runs)


def word_scalars():
    tokenizer = Tokenizer(models.WordLevel({"u": 0}, unk_token="u"))
    tokenizer.add_tokens([AddedToken("<X>", single_word=True, normalized=False)])
    return {c for c in SCALARS if 1 not in tokenizer.encode(chr(c) + "<X>").ids}


def regex_class(pattern):
    split = pre_tokenizers.Split(Regex(pattern), "isolated").pre_tokenize_str
    return {c for c in SCALARS if len(split(chr(c) + chr(c))) == 2}


def grapheme_sets():
    """Classes of UAX 29, by whether `Precompiled` takes scalars as one cluster.

    A cluster of less than six bytes becomes what replaces its beginning, so of a letter in the map
    and a mark only the letter's replacement stays, unless something before them makes it longer.
    """
    letter, heart, ka, accent = (normalizer({c: "!"}).normalize_str for c in "a☠क\u0301")

    def after(probe, base, text):
        """Whether the base after the text belongs to one cluster with it."""
        return probe(text + base + "\u0301").endswith("!\u0301")

    every = [chr(c) for c in SCALARS]
    joined = {c for c in every if letter("a" + c) == "!" and c != "\u200d"}
    extend = {c for c in joined if after(heart, "☠", "©" + c + "\u200d")}
    linkers = {c for c in joined if after(ka, "क", "क" + c)}
    found = {
        "graphemeControls": (
            "Scalars that no mark combines with.",
            {c for c in every if not accent(c + "\u0301\u0302").endswith("!\u0302")},
        ),
        "graphemeExtenders": ("`Extend`: marks, U+200D apart.", extend),
        "spacingMarks": ("`SpacingMark`.", joined - extend),
        "prependedMarks": (
            "`Prepend`: marks that combine with what follows.",
            {c for c in every if after(heart, "☠", c)},
        ),
        "pictographs": (
            "`Extended_Pictographic`.",
            {c for c in every if after(heart, "☠", c + "\u200d")},
        ),
        "conjunctConsonants": (
            "`InCB=Consonant`: letters of Indic conjuncts.",
            {c for c in every if after(ka, "क", c + "\u094d")},
        ),
        "conjunctLinkers": ("`InCB=Linker`: viramas.", linkers),
    }
    # InCB=Extend needs no set of its own.
    beside = {c for c in joined | {"\u200d"} if after(ka, "क", "क" + c + "\u094d")} - linkers
    assert beside == extend - linkers - {"\u200c"} | {"\u200d"}
    return {name: (doc, {ord(c) for c in scalars}) for name, (doc, scalars) in found.items()}


def categories(nfc, decompositions):
    """What the pre-tokenizers by class, the byte-level pattern and composition need, as Swift."""
    excluded = {c for c in decompositions if nfc(chr(c)) != chr(c)}
    digits = pre_tokenizers.Digits(True).pre_tokenize_str
    accents, nmt = normalizers.StripAccents().normalize_str, normalizers.Nmt().normalize_str
    sets = {
        "letters": ("`\\p{L}` of the regex engine.", regex_class(r"\p{L}")),
        "numbers": ("`\\p{N}` of the regex engine.", regex_class(r"\p{N}")),
        "numerals": (
            "What the pre-tokenizer `Digits` takes for a digit.",
            {c for c in SCALARS if len(digits(f"a{chr(c)}a")) == 3},
        ),
        "combiningMarks": (
            "What the normalizer `StripAccents` drops.",
            {c for c in SCALARS if accents(chr(c)) == ""},
        ),
        "nmtRemoved": ("What the normalizer `Nmt` drops.", {c for c in SCALARS if nmt(chr(c)) == ""}),
        "nmtSpaces": (
            "What the normalizer `Nmt` turns into a space.",
            {c for c in SCALARS if c != 0x20 and nmt(chr(c)) == " "},
        ),
        "compositionExclusions": ("Scalars that decompose and are never composed again.", excluded),
    }
    out = ["// Written by Tests/Oracles/make_unicode_tables.py; do not edit.", "", "extension UnicodeTables {"]
    for name, (doc, scalars) in (sets | grapheme_sets()).items():
        out += [f"  /// {doc}", f"  static let {name} = ScalarSet(", f"    {literal(ranges(scalars))})", ""]
    return "\n".join(out[:-1] + ["}"]) + "\n"


def literal(text, indent="    "):
    lines, line = [], indent
    for word in text.split(" "):
        if len(line) + len(word) + 3 > 100:
            lines.append(line + "\\")
            line = indent
        line += word + " "
    lines.append(line.rstrip())
    return '"""\n' + "\n".join(lines) + '\n    """'


def main():
    folder = Path(sys.argv[1])
    clean, chinese, strip = bert(clean=True), bert(chinese=True), bert(strip=True)
    nfd, lower = normalizers.NFD().normalize_str, normalizers.Lowercase().normalize_str
    split = pre_tokenizers.BertPreTokenizer().pre_tokenize_str
    cleaned = {c: clean("a" + chr(c) + "b")[1:-1] for c in SCALARS}
    pieces = {c: split("a" + chr(c) + "b") for c in SCALARS}
    decompositions = {
        c: [ord(d) for d in nfd(chr(c))]
        for c in SCALARS
        if c not in HANGUL and nfd(chr(c)) != chr(c)
    }
    (folder / "UnicodeCategories.swift").write_text(
        categories(normalizers.NFC().normalize_str, decompositions)
    )
    by_class = {}
    for c, k in combining_classes(nfd).items():
        by_class.setdefault(k, []).append(c)
    sets = {
        "removed": ("What `BertNormalizer`'s `clean_text` drops.", {c for c in SCALARS if cleaned[c] == ""}),
        "spaces": ("What `clean_text` turns into a space.", {c for c in SCALARS if cleaned[c] == " "}),
        "chinese": (
            "What `handle_chinese_chars` puts spaces around; the library's own 2B920, not 2B820.",
            {c for c in SCALARS if chinese(chr(c)) == f" {chr(c)} "},
        ),
        "nonspacingMarks": (
            "What `strip_accents` drops after the decomposition.",
            {c for c in SCALARS if c not in decompositions and c not in HANGUL and strip(chr(c)) == ""},
        ),
        "whitespace": ("White_Space.", {c for c in SCALARS if len(pieces[c]) == 2}),
        "punctuation": (
            "What `BertPreTokenizer` makes a word of its own.",
            {c for c in SCALARS if len(pieces[c]) == 3},
        ),
        "wordScalars": (
            "What `\\w` matches, for the `single_word` flag of added tokens.",
            word_scalars(),
        ),
    }
    out = [
        "// Written by Tests/Oracles/make_unicode_tables.py; do not edit.",
        f"// Measured from tokenizers {tokenizers.__version__}, whose tables are not those of Swift's Unicode version.",
        "",
        "/// The character classes of Hugging Face `tokenizers`, as ranges of hexadecimal scalars.",
        "enum UnicodeTables {",
    ]
    for name, (doc, scalars) in sets.items():
        out += [f"  /// {doc}", f"  static let {name} = ScalarSet(", f"    {literal(ranges(scalars))})", ""]
    out += [
        "  /// Lower-case mappings above ASCII, as first-last/step+delta.",
        "  ///",
        "  /// Only U+0130 maps to two scalars; it is left to the code.",
        "  static let lowercase = LowercaseMap(",
        f"    {literal(lowercase_runs(lower))})",
        "",
        "  /// Canonical combining classes other than 0: class:range range….",
        "  static let combiningClasses = CombiningClasses(",
        f"    {literal(' '.join(f'{k}:' + ranges(v) for k, v in sorted(by_class.items())))})",
        "}",
    ]
    (folder / "UnicodeTables.swift").write_text("\n".join(out) + "\n")
    compatible = normalizers.NFKD().normalize_str
    compatibility = {
        c: [ord(d) for d in compatible(chr(c))] for c in SCALARS if compatible(chr(c)) != nfd(chr(c))
    }
    for name, table, doc, mapping in [
        ("Decompositions", "decompositions", "Full canonical decompositions, Hangul syllables apart", decompositions),
        ("Compatibility", "compatibility", "Full compatibility decompositions that are not canonical", compatibility),
    ]:
        (folder / f"Unicode{name}.swift").write_text(decomposition_map(table, doc, mapping))


def decomposition_map(name, doc, mapping):
    text = " ".join(f"{c:X}=" + "+".join(f"{d:X}" for d in ds) for c, ds in sorted(mapping.items()))
    return (
        "// Written by Tests/Oracles/make_unicode_tables.py; do not edit.\n\n"
        "extension UnicodeTables {\n"
        f"  /// {doc}: scalar=parts.\n"
        f"  static let {name} = DecompositionMap(\n    {literal(text)})\n"
        "}\n"
    )


if __name__ == "__main__":
    main()
