"""Build small byte-level BPE and Unigram tokenizers and write what `tokenizers` makes of odd texts.

    python3 Tests/Oracles/make_subword_fixtures.py Tests/Fixtures/tokenizers

Writes tokenizer.json and expected.json in gpt2/ (with vocab.json and merges.txt), roberta/, pythia/,
t5/ and flan/, whose pipelines are those of the models of these names, with some settings changed so
that more of them are seen; and in characters/ and fallback/, which have what those lack. Sentences and texts are those of make_tokenizer_fixtures.py; the pieces
are chosen here, because the library's trainers differ from run to run.
"""

import json
import math
import random
import sys
import unicodedata
from collections import Counter
from pathlib import Path

from character_map import normalizer as precompiled
from make_tokenizer_fixtures import ALPHABET, SENTENCES, TEXTS, expected
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

MORE_TEXTS = [
    "''s ''ll 'x I'LL'll 'r 'v 'l", "a  b   c \n\n d\t\te  ", "\u3000\u3000x \u00a0y", "x\u00b2\u00b3 \u0be7\u2169",
    "<s>a</s> <mask>b  <mask> \u3000<mask>", "<|endoftext|>x <|endoftext|>", " " * 2, " " * 3, " " * 4, " " * 9,
    "e\u0301 \u1e9b\u0323 \uac00\u11a8 \u1100\u1161 \u0958 \u0344\u0323", "\u09c7\u09be \u212b\u0323 \u0f73",
    "\ufb01\ufb02 \u2460\u0301x \u00bd\u0301 \u2122", "\r\n\r\nab\r", "\u0001ab\u0001\u0002c", "e\u0301\u0301 e\u0301\u0301\u0301",
    "\u00a9\u200d\u2122\u0301 \u0600\uff21\u0301", "\u2581a\u2581 \u2581", "aaaaaaa !!!!!!! ......", "<unk> </s><extra_id_1>",
    "\u0e33\u0e01\u0e33", "\u0915\u094d\ufb01\u0301", "a\u0300\u0301\u0302b", "\ufb01\u0001\u0001\u2122\u0001",
]  # fmt: skip

POOLS = [
    "abcdehinorst", "the ing ed un ", " \t\n\r\u00a0\u3000\u2028", "!?.,'-$'\u2019", "0123\u00b2\u00bd\u0663",
    "éüñÅàǖẫ\u212b", "e\u0301\u0308\u0323\u0344\u0f73", "中国世界。", "한국\u1112\u1161\u11ab", "ΑΣςЙй\u0e01\u0e33\u0915\u094d",
    "🙂👍\U0001f3fd\u200d\ufe0f\u00a9\u2122", "\ufb01\u2460\uff21\uff42\u0600\u06dd", "\u0001\u0002\u200b\u0085\ufffd",
]  # fmt: skip

LITERALS = ["<mask>", "<s>", "</s>", "<|endoftext|>", "   ", "<extra_id_0>", "'ll", "'s", "\u2581", "\r\n"]


def random_texts(count):
    chance = random.Random(20261123)
    for _ in range(count):
        pools = chance.sample(POOLS, chance.randint(1, 4))
        parts = [chance.choice(chance.choice(pools)) for _ in range(chance.randint(3, 16))]
        for _ in range(chance.choice([0, 0, 1, 2])):
            parts.insert(chance.randrange(len(parts)), chance.choice(LITERALS))
        yield "".join(parts)


def merges(words, count, prefix=""):
    """The most frequent pairs of neighbours, again and again; of equals the first in order."""
    words = Counter(tuple(word) for word in words)
    found = []
    for _ in range(count):
        pairs = Counter()
        for word, times in words.items():
            for pair in zip(word, word[1:]):
                pairs[pair] += times
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        found.append(best)
        joined = Counter()
        for word, times in words.items():
            joined[join(word, best, prefix)] += times
        words = joined
    return found


def join(word, pair, prefix):
    out = []
    for symbol in word:
        if out and (out[-1], symbol) == pair and (len(out) < 2 or out[-1] != "".join(pair)):
            out[-1] += symbol.removeprefix(prefix)
        else:
            out.append(symbol)
    return tuple(out)


def byte_level(special, prefix_space):
    pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=prefix_space)
    words = [word for word, _ in pre_tokenizer.pre_tokenize_str(SENTENCES)]
    pairs = merges(words, 260)
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    pieces = dict.fromkeys(special + alphabet + [a + b for a, b in pairs])
    tokenizer = Tokenizer(models.BPE({piece: id for id, piece in enumerate(pieces)}, pairs))
    tokenizer.pre_tokenizer = pre_tokenizer
    return tokenizer, pairs


def gpt2(folder):
    tokenizer, pairs = byte_level(["<|endoftext|>"], prefix_space=False)
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    tokenizer.add_special_tokens(["<|endoftext|>"])
    write(folder, tokenizer)
    vocabulary = dict(sorted(tokenizer.get_vocab().items(), key=lambda item: item[1]))
    (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False) + "\n")
    lines = "".join(f"{a} {b}\n" for a, b in pairs)
    (folder / "merges.txt").write_text("#version: 0.2\n" + lines)


def roberta(folder):
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    tokenizer, _ = byte_level(special, prefix_space=True)
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    tokenizer.add_special_tokens(
        [AddedToken(name, lstrip=name == "<mask>", normalized=True) for name in special]
    )
    write(folder, tokenizer)


def pythia(folder):
    tokenizer, _ = byte_level(["<|endoftext|>", "<|padding|>"], prefix_space=False)
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.add_special_tokens(["<|endoftext|>", "<|padding|>"])
    tokenizer.add_tokens([AddedToken(" " * n, normalized=True) for n in range(8, 1, -1)])
    tokenizer.post_processor = processors.Sequence([
        processors.ByteLevel(add_prefix_space=False),
        processors.TemplateProcessing("$A <|endoftext|>", special_tokens=[("<|endoftext|>", 0)]),
    ])  # fmt: skip
    write(folder, tokenizer)


def character_map():
    """What NFKC makes of some characters, white space as spaces, controls as nothing."""
    changed = "ﬁﬂﬀ①②③⑩½²™ＡＢａｂ！\u212b\u0e33\u3000\u00a0\u2028"
    entries = {c: unicodedata.normalize("NFKC", c) for c in changed}
    entries |= {unicodedata.normalize("NFD", c): c for c in "éàüẫ"}
    entries |= {c: " " for c in "\t\n\r\u3000\u00a0\u2028\u200b"} | {c: "" for c in "\u0001\u0002\u007f"}
    return precompiled(entries | {"\u0f73": "\u0f71\u0f72"})


def unigram(count):
    """Beginnings and inner parts of words, scored by how often they occur."""
    counts = Counter()
    for word in SENTENCES.split():
        word = "\u2581" + word
        for start in range(len(word)):
            for end in range(start + 1, min(len(word), start + 9) + 1):
                counts[word[start:end]] += 1
    alphabet = {c for c in ALPHABET if unicodedata.category(c)[0] in "LNP" and c < "\u4e00"}
    chosen = sorted(counts, key=lambda piece: (-counts[piece] * len(piece), piece))[:count]
    pieces = sorted(set(chosen) | alphabet | {"\u2581", "TM", "fi"}, key=lambda p: (-counts[p], p))
    total = counts.total()
    # Digits as many as in files of single-precision scores, which a reader may round in two ways.
    scores = [(p, round(math.log((counts[p] + 0.5) / total), 15)) for p in pieces]
    vocabulary = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)] + scores
    return Tokenizer(models.Unigram(vocabulary, unk_id=2, byte_fallback=False))


def finish_t5(tokenizer):
    tokenizer.post_processor = processors.TemplateProcessing("$A </s>", special_tokens=[("</s>", 1)])
    tokenizer.add_special_tokens(["<pad>", "</s>", "<unk>", "<extra_id_1>", "<extra_id_0>"])


def t5(folder):
    tokenizer = unigram(300)
    tokenizer.normalizer = character_map()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()]
    )
    finish_t5(tokenizer)
    write(folder, tokenizer)


def flan(folder):
    tokenizer = unigram(200)
    tokenizer.normalizer = normalizers.Sequence([
        character_map(), normalizers.Strip(left=False), normalizers.Replace(Regex(" {2,}"), " "),
        normalizers.Replace("\u2019", "''"),
    ])  # fmt: skip
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first")
    finish_t5(tokenizer)
    write(folder, tokenizer)


def characters(folder):
    """BPE of characters with marks for their places, behind nearly every stage that has no fixture of its own."""
    normalizer = normalizers.Sequence([
        normalizers.Nmt(), normalizers.NFKC(), normalizers.Lowercase(), normalizers.NFD(), normalizers.StripAccents(),
        normalizers.Replace(Regex(r"\s+"), " "), normalizers.Prepend("of "),
    ])  # fmt: skip
    splitter = pre_tokenizers.Sequence([
        pre_tokenizers.Whitespace(), pre_tokenizers.Digits(individual_digits=True),
        pre_tokenizers.Punctuation("merged_with_next"), pre_tokenizers.Split("th", "merged_with_previous"),
        pre_tokenizers.CharDelimiterSplit("q"),
    ])  # fmt: skip
    words = [word for word, _ in splitter.pre_tokenize_str(normalizer.normalize_str(SENTENCES))]
    spelled = [[("@" if at else "") + letter + ("/" if at == len(word) - 1 else "")
                for at, letter in enumerate(word)] for word in words]
    pairs = merges(spelled, 160, prefix="@")
    alphabet = sorted({symbol for word in spelled for symbol in word})
    pieces = dict.fromkeys(["<unk>", "<s>"] + alphabet + [a + b.removeprefix("@") for a, b in pairs])
    tokenizer = Tokenizer(models.BPE(
        {piece: id for id, piece in enumerate(pieces)}, pairs, unk_token="<unk>", fuse_unk=True,
        continuing_subword_prefix="@", end_of_word_suffix="/"))  # fmt: skip
    tokenizer.normalizer, tokenizer.pre_tokenizer = normalizer, splitter
    tokenizer.add_special_tokens(["<s>"])
    tokenizer.add_tokens([AddedToken("The Bridge", normalized=True, single_word=True)])
    tokenizer.post_processor = processors.TemplateProcessing("<s> $A", special_tokens=[("<s>", 1)])
    write(folder, tokenizer, odd=60, chance=40)


def fallback(folder):
    """Unigram, whose unknown runs are bytes as far as these are pieces."""
    tokenizer = unigram(150)
    model = json.loads(tokenizer.to_str())["model"]
    pieces = [(piece, score) for piece, score in model["vocab"]]
    pieces += [(f"<0x{byte:02X}>", -12.5) for byte in range(256) if byte not in (0x81, 0x9F)]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=2, byte_fallback=True))
    tokenizer.normalizer = normalizers.NFKD()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(), pre_tokenizers.Metaspace(prepend_scheme="never")]
    )
    finish_t5(tokenizer)
    write(folder, tokenizer, odd=60, chance=40)


def write(folder, tokenizer, odd=98, chance=75):
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.encode("")  # what cannot be encoded shows here
    (folder / "tokenizer.json").write_text(
        json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=False, separators=(",", ":")) + "\n"
    )
    # Read back, because the library reads numbers in another way than it holds them.
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    rows = [expected(tokenizer, text) for text in TEXTS[:odd] + MORE_TEXTS + list(random_texts(chance))]
    lines = ",\n".join(json.dumps(row, separators=(",", ":"), ensure_ascii=False) for row in rows)
    (folder / "expected.json").write_text(f"[\n{lines}\n]\n")


def main():
    folder = Path(sys.argv[1])
    for make in (gpt2, roberta, pythia, t5, flan, characters, fallback):
        make(folder / make.__name__)


if __name__ == "__main__":
    main()
