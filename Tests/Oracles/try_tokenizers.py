"""Tries `spinscope tokenize` on tokenizers of every pipeline that it reads, in odd forms, and on texts that look for trouble.

    python Tests/Oracles/try_tokenizers.py .build/release/spinscope
    python Tests/Oracles/try_tokenizers.py .build/release/spinscope --only bpe --keep odd reviews.csv

Each is trained by Hugging Face `tokenizers` on the sentences of make_tokenizer_fixtures.py and on the texts of the given
CSV files, and must give the same ids, pieces and byte offsets on fixed odd texts, on random ones (by class of scalar, by
grapheme, joined pieces, glued special tokens) and on a part of the given ones. What SpinScope cannot do exactly must be
refused by name. Prints a line a tokenizer; exit code 1 if any was wrong. Needs: tokenizers. A second or two each.
"""

import argparse
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from check_tokenize import answers, byte_offsets, read
from make_subword_fixtures import LITERALS as SUBWORD_LITERALS
from make_subword_fixtures import MORE_TEXTS, character_map
from make_tokenizer_fixtures import LITERALS, SENTENCES, TEXTS

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
ROBERTA = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
N, P, O = normalizers, pre_tokenizers, processors


@dataclass
class Case:
    name: str
    model: callable  # gives an empty model and its trainer
    normalizer: object = None
    pre_tokenizer: object = None
    post_processor: callable = None  # of the tokenizer
    added: list = field(default_factory=list)
    edit: callable = None  # changes the parsed tokenizer.json
    files: str = "tokenizer.json"  # the files that the folder has
    refused: str | None = None  # what the message must hold
    config: dict | None = None  # tokenizer_config.json


def wordpiece(size=900, prefix="##", unknown="[UNK]", limit=100, special=SPECIAL):
    def make():
        special_tokens = [unknown if token == "[UNK]" else token for token in special]
        trainer = trainers.WordPieceTrainer(vocab_size=size, continuing_subword_prefix=prefix,
                                            special_tokens=special_tokens, show_progress=False)
        return models.WordPiece({}, unk_token=unknown, max_input_chars_per_word=limit,
                                continuing_subword_prefix=prefix), trainer
    return make


def bpe(size=900, special=("<unk>", "<s>", "</s>"), alphabet=(), **settings):
    def make():
        affixes = {key: settings[key] for key in ["continuing_subword_prefix", "end_of_word_suffix"] if key in settings}
        trainer = trainers.BpeTrainer(vocab_size=size, special_tokens=list(special), initial_alphabet=list(alphabet),
                                      show_progress=False, **affixes)
        return models.BPE(**settings), trainer
    return make


def byte_bpe(special=("<|endoftext|>",), **settings):
    return bpe(special=special, alphabet=P.ByteLevel.alphabet(), **settings)


def unigram(size=900, special=("<pad>", "</s>", "<unk>"), unknown="<unk>"):
    def make():
        return models.Unigram(), trainers.UnigramTrainer(
            vocab_size=size, special_tokens=list(special), unk_token=unknown, show_progress=False)
    return make


def word_level(unknown="[UNK]"):
    def make():
        return models.WordLevel({}, unk_token=unknown), trainers.WordLevelTrainer(
            vocab_size=700, special_tokens=SPECIAL, show_progress=False)
    return make


def template(text):
    def make(tokenizer):
        names = re.findall(r"\S+", text.replace("$A", ""))
        return O.TemplateProcessing(text, special_tokens=[(name, tokenizer.token_to_id(name)) for name in set(names)])
    return make


def pair(kind, cls, sep, **settings):
    return lambda tokenizer: kind((sep, tokenizer.token_to_id(sep)), (cls, tokenizer.token_to_id(cls)), **settings)


def always(processor):
    return lambda tokenizer: processor


def setting(path, value):
    """An edit of one place of tokenizer.json; `...` takes the key away."""
    def edit(root):
        *way, last = path.split(".")
        for key in way:
            root = root[int(key) if key.isdigit() else key]
        if value is ...:
            root.pop(last, None)
        else:
            root[last] = value
    return edit


def all_of(*edits):
    def edit(root):
        for one in edits:
            one(root)
    return edit


def byte_pieces(root):
    """Gives a vocabulary a piece for each byte, so that what is unknown can fall back on them."""
    model = root["model"]
    names = [f"<0x{byte:02X}>" for byte in range(256)]
    if isinstance(model["vocab"], list):
        model["vocab"] += [[name, -12.5] for name in names]
    else:
        size = max(model["vocab"].values()) + 1
        model["vocab"] |= {name: size + index for index, name in enumerate(names)}
    model["byte_fallback"] = True


def old_merges(root):
    root["model"]["merges"] = [" ".join(merge) for merge in root["model"]["merges"]]


FLAGS = ["single_word", "lstrip", "rstrip", "normalized", "special"]


def flagged():
    """An added token for each combination of flags; some hold letters that a normalizer changes."""
    for number in range(32):
        flags = {flag: bool(number >> bit & 1) for bit, flag in enumerate(FLAGS)}
        yield AddedToken(["<{}>", "Né{}", "x {}", "{}"][number % 4].format(f"T{number}"), **flags)


def wordpiece_cases():
    bert, words = N.BertNormalizer(), P.BertPreTokenizer()
    both = pair(O.BertProcessing, "[CLS]", "[SEP]")
    for lower, accents, chinese, clean in [(True, None, True, True), (False, None, True, True), (True, False, True, True),
                                           (False, True, False, True), (True, True, True, False),
                                           (False, False, False, False), (True, None, False, False)]:
        settings = dict(lowercase=lower, strip_accents=accents, handle_chinese_chars=chinese, clean_text=clean)
        yield Case(f"wordpiece: {settings}", wordpiece(), N.BertNormalizer(**settings), words, both)
    yield Case("wordpiece: prefix @@, <unk>, limit 7", wordpiece(prefix="@@", unknown="<unk>", limit=7), bert, words, both)
    yield Case("wordpiece: no prefix", wordpiece(prefix=""), bert, words, both)
    yield Case("wordpiece: prefix beyond ASCII", wordpiece(prefix="ﬁ·"), bert, words, both)
    yield Case("wordpiece: limit 0", wordpiece(limit=0), bert, words, both)
    yield Case("wordpiece: limit 1", wordpiece(limit=1), bert, words, both)
    yield Case("wordpiece: template with three", wordpiece(), bert, words, template("[CLS] [MASK] $A [SEP]"))
    yield Case("wordpiece: template behind", wordpiece(), bert, words, template("$A [SEP] [SEP]"))
    yield Case("wordpiece: no template", wordpiece(), bert, words)
    yield Case("wordpiece: truncation and padding", wordpiece(), bert, words, both, edit=all_of(
        setting("truncation", {"direction": "Left", "max_length": 5, "strategy": "LongestFirst", "stride": 2}),
        setting("padding", {"strategy": {"Fixed": 9}, "direction": "Left", "pad_to_multiple_of": 8, "pad_id": 0,
                            "pad_type_id": 0, "pad_token": "[PAD]"})))
    yield Case("wordpiece: model without type", wordpiece(), bert, words, both, edit=setting("model.type", ...))
    for name, splitter in {
        "WhitespaceSplit": P.WhitespaceSplit(), "Whitespace": P.Whitespace(), "Punctuation": P.Punctuation(),
        "Digits": P.Digits(False), "single Digits": P.Digits(True), "none": None,
        "WhitespaceSplit, Punctuation": P.Sequence([P.WhitespaceSplit(), P.Punctuation()]),
        "Whitespace, Digits": P.Sequence([P.Whitespace(), P.Digits(True)]),
        "BertPreTokenizer, Digits": P.Sequence([words, P.Digits(True)]),
        "one of Sequence": P.Sequence([words]), "empty Sequence": P.Sequence([]),
        "CharDelimiterSplit": P.CharDelimiterSplit("e"), "UnicodeScripts": P.UnicodeScripts(),
        "FixedLength": P.FixedLength(3),
    }.items():
        yield Case(f"wordpiece: {name}", wordpiece(), bert, splitter, both)
    for behaviour in ["removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous"]:
        yield Case(f"wordpiece: Punctuation {behaviour}", wordpiece(), bert, P.Punctuation(behaviour), both)
        for invert in [False, True]:
            name = f"{behaviour}{', inverted' if invert else ''}"
            for pattern in ["e", "th", " ", "中", "\u0301"]:
                yield Case(f"wordpiece: Split {pattern!r} {name}", wordpiece(), None, P.Split(pattern, behaviour, invert), both)
            yield Case(f"wordpiece: Split Regex {name}", wordpiece(), None,
                       P.Split(Regex(r"\d{1,3}|[aeiou]+x?"), behaviour, invert), both)
    for name, normalizer in {
        "none": None, "Lowercase": N.Lowercase(), "NFC": N.NFC(), "NFD": N.NFD(), "NFKC": N.NFKC(), "NFKD": N.NFKD(),
        "NFD, Lowercase, StripAccents": N.Sequence([N.NFD(), N.Lowercase(), N.StripAccents()]),
        "StripAccents": N.StripAccents(), "Strip": N.Strip(), "Strip left": N.Strip(True, False), "Nmt": N.Nmt(),
        "Strip right": N.Strip(False, True), "Replace": N.Replace("th", "ß"), "Replace by nothing": N.Replace("e", ""),
        "Replace by more": N.Replace("a", "¡aa!"), "Prepend": N.Prepend("é "), "empty Sequence": N.Sequence([]),
        "Replace spaces": N.Replace(Regex(r"\s+"), " "),
        "Replace 2 spaces": N.Replace(Regex(r"\s{2,}"), "_\u0301"), "Replace 1 space": N.Replace(Regex(" +"), ""), "Replace Regex": N.Replace(Regex(r"(a|e)n"), "é"),
        "Nmt, NFKC, Replace": N.Sequence([N.Nmt(), N.NFKC(), N.Replace(Regex(" {2,}"), " ")]),
        "Lowercase, NFC, BertNormalizer": N.Sequence([N.Lowercase(), N.NFC(), bert]), "ByteLevel": N.ByteLevel(),
        "Precompiled": character_map(), "Precompiled, Lowercase": N.Sequence([character_map(), N.Lowercase()]),
        "NFC, Strip, NFC": N.Sequence([N.NFC(), N.Strip(), N.NFC()]),
        "BertNormalizer, Strip, Prepend": N.Sequence([bert, N.Strip(), N.Prepend("x")]),
    }.items():
        yield Case(f"wordpiece: normalizer {name}", wordpiece(), normalizer, words, both, added=[
            AddedToken("NEW é", normalized=True), AddedToken("<r>", rstrip=True, normalized=False)])
    yield Case("wordpiece: 32 flagged tokens", wordpiece(), bert, words, both, added=list(flagged()))
    yield Case("wordpiece: 32 flagged tokens, cased", wordpiece(), None, words, both, added=list(flagged()))
    yield Case("wordpiece: tokens inside others", wordpiece(), bert, words, both, added=[
        AddedToken(token, normalized=normalized) for token, normalized in
        [("ab", False), ("abc", True), ("bc", False), ("b", True), ("a b", True), (" ", False), ("ab ", True)]])
    for name in ["WordLevel", "WordLevel, unknown words"]:
        yield Case(f"wordlevel: {name}", word_level(), bert, words, both)
    yield Case("wordlevel: Whitespace", word_level(), N.Lowercase(), P.Whitespace(), template("[CLS] $A [SEP]"))


def vocabulary_cases():
    bert, words, both = N.BertNormalizer(), P.BertPreTokenizer(), pair(O.BertProcessing, "[CLS]", "[SEP]")
    yield Case("vocab.txt", wordpiece(), bert, words, both, files="vocab.txt")
    yield Case("vocab.txt, cased", wordpiece(), N.BertNormalizer(lowercase=False), words, both, files="vocab.txt",
               config={"do_lower_case": False, "tokenizer_class": "BertTokenizer"})
    yield Case("vocab.txt, accents, Chinese", wordpiece(), N.BertNormalizer(strip_accents=False, handle_chinese_chars=False),
               words, both, files="vocab.txt", config={"strip_accents": False, "tokenize_chinese_chars": False})
    for name in ["BertJapaneseTokenizer", "PhobertTokenizer", "BertweetTokenizer"]:
        yield Case(f"vocab.txt, {name}", wordpiece(), bert, words, both, files="vocab.txt",
                   config={"tokenizer_class": name}, refused=name)
    gpt2 = dict(pre_tokenizer=P.ByteLevel(add_prefix_space=False), files="vocab.json merges.txt")
    yield Case("merges.txt", byte_bpe(), **gpt2)
    yield Case("merges.txt, GPT2Tokenizer", byte_bpe(), **gpt2, config={"tokenizer_class": "GPT2Tokenizer"})
    yield Case("merges.txt, prefix space", byte_bpe(), pre_tokenizer=P.ByteLevel(add_prefix_space=True),
               files="vocab.json merges.txt", config={"tokenizer_class": "GPT2Tokenizer", "add_prefix_space": True})
    yield Case("merges.txt, RoBERTa", byte_bpe(special=ROBERTA), **gpt2,
               post_processor=pair(O.RobertaProcessing, "<s>", "</s>", add_prefix_space=False),
               added=[AddedToken("<mask>", lstrip=True, special=True, normalized=False)])
    yield Case("merges.txt, CLIPTokenizer", byte_bpe(), **gpt2, config={"tokenizer_class": "CLIPTokenizer"},
               refused="CLIPTokenizer")


def byte_level_cases():
    for prefix in [False, True]:
        for pattern in [False, True]:
            for trim in [False, True]:
                yield Case(f"bpe: ByteLevel prefix {prefix}, regex {pattern}, trim {trim}", byte_bpe(),
                           None, P.ByteLevel(add_prefix_space=prefix, use_regex=pattern),
                           always(O.ByteLevel(trim_offsets=trim, add_prefix_space=prefix)))
                yield Case(f"bpe: Roberta prefix {prefix}, regex {pattern}, trim {trim}", byte_bpe(special=ROBERTA),
                           None, P.ByteLevel(add_prefix_space=prefix, use_regex=pattern),
                           pair(O.RobertaProcessing, "<s>", "</s>", trim_offsets=trim, add_prefix_space=not prefix),
                           added=[AddedToken("<mask>", lstrip=True, special=True)])
    level = P.ByteLevel(add_prefix_space=False)
    ends = ("<|endoftext|>",)
    for name, edit in {
        "merges as strings": old_merges, "ignore_merges": setting("model.ignore_merges", True),
        "dropout 0": setting("model.dropout", 0.0), "dropout 0, whole": setting("model.dropout", 0),
        "affixes empty": all_of(setting("model.continuing_subword_prefix", ""), setting("model.end_of_word_suffix", "")),
        "fuse_unk": setting("model.fuse_unk", True), "byte_fallback": setting("model.byte_fallback", True),
        "unknown token": setting("model.unk_token", ends[0]), "only the keys of 2020": all_of(
            old_merges, *[setting(f"model.{key}", ...) for key in ["type", "ignore_merges", "byte_fallback", "dropout"]],
            *[setting(f"pre_tokenizer.{key}", ...) for key in ["use_regex"]]),
        "byte pieces": byte_pieces,
    }.items():
        yield Case(f"bpe: {name}", byte_bpe(special=ends), None, level, template("$A <|endoftext|>"), edit=edit)
    yield Case("bpe: dropout", byte_bpe(), None, level, edit=setting("model.dropout", 0.1), refused="dropout")
    yield Case("bpe: ignore_merges, pieces that no merge makes", byte_bpe(), None, level, edit=all_of(
        setting("model.ignore_merges", True), setting("model.vocab.Ġqqq", 900), setting("model.vocab.Ġthex", 901)))
    for name, normalizer in {"NFC": N.NFC(), "NFKC": N.NFKC(), "Lowercase": N.Lowercase(), "Strip": N.Strip(),
                             "Prepend": N.Prepend(" "), "NFD": N.NFD(), "Replace": N.Replace(" ", "  ")}.items():
        yield Case(f"bpe: normalizer {name}", byte_bpe(), normalizer, level, always(O.ByteLevel(trim_offsets=True)),
                   added=[AddedToken("  ", normalized=True), AddedToken("É <b>", lstrip=True, rstrip=True)])
    yield Case("bpe: 32 flagged tokens", byte_bpe(), N.NFC(), level, always(O.ByteLevel(trim_offsets=True)),
               added=list(flagged()))
    yield Case("bpe: Sequence of post-processors", byte_bpe(), None, level, lambda tokenizer: O.Sequence(
        [O.ByteLevel(trim_offsets=True), template("<|endoftext|> $A")(tokenizer)]))
    yield Case("bpe: Sequence of post-processors, template first", byte_bpe(), None, level, lambda tokenizer: O.Sequence(
        [template("<|endoftext|> $A")(tokenizer), O.ByteLevel(trim_offsets=True)]))
    yield Case("bpe: Digits, ByteLevel", byte_bpe(), None, P.Sequence([P.Digits(True), level]))
    yield Case("bpe: Punctuation, ByteLevel", byte_bpe(), None, P.Sequence([P.Punctuation("contiguous"), level]))
    yield Case("bpe: WhitespaceSplit, ByteLevel with prefix", byte_bpe(), None,
               P.Sequence([P.WhitespaceSplit(), P.ByteLevel(add_prefix_space=True, use_regex=False)]))
    yield Case("bpe: Split of a newline, ByteLevel", byte_bpe(), None,
               P.Sequence([P.Split("\n", "isolated"), P.Split("e", "merged_with_next"), level]))
    yield Case("bpe: ByteLevel, Digits", byte_bpe(), None, P.Sequence([level, P.Digits(True)]))
    for name, pattern in {
        "Llama 3": r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
                   r"|\s+(?!\S)|\s+",
        "Qwen 2": r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
                  r"|\s+(?!\S)|\s+",
        "GPT-2": r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
    }.items():
        yield Case(f"bpe: Split by the pattern of {name}", byte_bpe(), None, P.Sequence(
            [P.Split(Regex(pattern), "isolated"), P.ByteLevel(add_prefix_space=False, use_regex=False)]))


def character_cases():
    unknown = dict(unk_token="<unk>")
    space = P.Metaspace()
    for fuse in [False, True]:
        yield Case(f"bpe of characters: fuse_unk {fuse}", bpe(**unknown, fuse_unk=fuse), None, space)
        yield Case(f"bpe of characters: fuse_unk {fuse}, byte_fallback", bpe(**unknown, fuse_unk=fuse), None, space,
                   template("<s> $A"), edit=byte_pieces)
    yield Case("bpe of characters: no unknown token", bpe(), None, space)
    yield Case("bpe of characters: some byte pieces", bpe(**unknown), None, space, edit=all_of(
        byte_pieces, lambda root: root["model"]["vocab"].pop("<0xE4>")))
    yield Case("bpe of characters: Llama 2", bpe(**unknown, fuse_unk=True), N.Sequence(
        [N.Prepend("▁"), N.Replace(" ", "▁")]), None, template("<s> $A"), edit=byte_pieces)
    yield Case("bpe of characters: suffix </w>", bpe(**unknown, end_of_word_suffix="</w>"), N.BertNormalizer(),
               P.BertPreTokenizer(), pair(O.BertProcessing, "<s>", "</s>"))
    yield Case("bpe of characters: prefix ##", bpe(**unknown, continuing_subword_prefix="##"), N.Lowercase(),
               P.Whitespace())
    yield Case("bpe of characters: both affixes", bpe(**unknown, continuing_subword_prefix="@", end_of_word_suffix="/"),
               N.NFC(), P.BertPreTokenizer())
    yield Case("bpe of characters: suffix, ignore_merges", bpe(**unknown, end_of_word_suffix="</w>"), N.Lowercase(),
               P.BertPreTokenizer(), edit=setting("model.ignore_merges", True))
    yield Case("bpe of characters: no pre-tokenizer", bpe(**unknown), None, None)


def unigram_cases():
    t5 = template("$A </s>")
    squeezed = N.Sequence([character_map(), N.Strip(False, True), N.Replace(Regex(" {2,}"), "▁")])
    for scheme in ["always", "first", "never"]:
        for split in [True, False]:
            for name, before in {"": [], "WhitespaceSplit, ": [P.WhitespaceSplit()], "Digits, ": [P.Digits(True)]}.items():
                yield Case(f"unigram: {name}Metaspace {scheme}, split {split}", unigram(), character_map(),
                           P.Sequence([*before, P.Metaspace(prepend_scheme=scheme, split=split)]), t5,
                           added=[AddedToken("<extra_id_0>"), AddedToken("<é>", lstrip=True), AddedToken("b", rstrip=True)])
    space = P.Metaspace()
    for name, normalizer in {
        "none": None, "as of 2024": squeezed, "NFKC": N.NFKC(), "Lowercase": N.Lowercase(), "Nmt, NFKC": N.Sequence(
            [N.Nmt(), N.NFKC()]), "ALBERT's": N.Sequence([N.Replace("``", '"'), N.Replace("''", '"'), N.NFKD(),
                                                           N.StripAccents(), N.Lowercase(), character_map()]),
        "Replace Regex with ▁": N.Sequence([N.Replace(Regex(" {2,}"), "▁")]),
    }.items():
        yield Case(f"unigram: normalizer {name}", unigram(), normalizer, space, t5)
    yield Case("unigram: replacement _", unigram(), None, P.Metaspace(replacement="_"), t5)
    yield Case("unigram: byte_fallback", unigram(), character_map(), space, t5, edit=byte_pieces)
    yield Case("unigram: byte_fallback, some pieces", unigram(), None, space, t5, edit=all_of(
        byte_pieces, lambda root: root["model"]["vocab"].pop()))
    yield Case("unigram: byte_fallback without pieces", unigram(), None, space, t5, edit=setting("model.byte_fallback", True))
    yield Case("unigram: no pre-tokenizer", unigram(), None, None, t5)
    yield Case("unigram: keys of 2020", unigram(), character_map(), space, t5, edit=all_of(
        setting("model.type", ...), setting("model.byte_fallback", ...), setting("pre_tokenizer.add_prefix_space", True),
        *[setting(f"pre_tokenizer.{key}", ...) for key in ["prepend_scheme", "split"]],
        setting("pre_tokenizer.str_rep", "▁")))
    yield Case("unigram: XLM-RoBERTa", unigram(special=["<s>", "<pad>", "</s>", "<unk>"]), character_map(), P.Sequence(
        [P.WhitespaceSplit(), space]), template("<s> $A </s>"), added=[AddedToken("<mask>", lstrip=True, special=True)])
    yield Case("unigram: CamemBERT", unigram(special=["<s>NOTUSED", "<pad>", "</s>NOTUSED", "<unk>", "<unk>NOTUSED", "<s>",
               "</s>"]), squeezed, P.Sequence([P.WhitespaceSplit(), space]), template("<s> $A </s>"),
               added=[AddedToken(token, special=True) for token in ["<s>", "</s>", "<unk>", "<pad>"]]
               + [AddedToken("<mask>", lstrip=True, special=True)])
    yield Case("unigram: 32 flagged tokens", unigram(), character_map(), P.Metaspace(prepend_scheme="first"), t5,
               added=list(flagged()))
    yield Case("unigram: equal scores", unigram(), None, space, t5, edit=lambda root: [
        entry.__setitem__(1, -8.0) for entry in root["model"]["vocab"]])
    yield Case("unigram: coarse scores", unigram(), None, space, t5, edit=lambda root: [
        entry.__setitem__(1, round(entry[1])) for entry in root["model"]["vocab"]])
    yield Case("unigram: a score above 0", unigram(), None, space, t5, edit=lambda root: [
        entry.__setitem__(1, entry[1] + 9) for entry in root["model"]["vocab"]])


def random_texts(chance, tokenizer, count):
    """By class of scalar, by grapheme, joined pieces, glued special tokens."""
    classes = {}
    for scalar in range(0x20000):
        if not 0xD800 <= scalar <= 0xDFFF and scalar != 0x0A:
            classes.setdefault(unicodedata.category(chr(scalar)), []).append(chr(scalar))
    del classes["Cn"], classes["Co"]
    rare = ["\ue000", "\U000f0000", "\U0010ffff", "\u0378", "\ufffe", "\U000e0001", "\ud7ff"]
    marks = "\u0301\u0308\u0323\u0345\u094d\u0e33\u200d\ufe0f\u20e3\U0001f3fd\u1161\u11a8"
    bases = "aeénAÅǖ中한カ\u1100क🙂👍🇫❤1#ﬁ①ς\u212b\u1e9b\u0958가"
    pieces = [piece for piece in tokenizer.get_vocab()]
    added = [token.content for token in tokenizer.get_added_tokens_decoder().values()]
    words = "The the harbour wakes before sun it's I'LL don't 12345 3.14 e-mail naïve".split()
    special = added + LITERALS + SUBWORD_LITERALS + SPECIAL + ROBERTA
    pools = [
        lambda: chance.choice(chance.choice(list(classes.values()))),
        lambda: chance.choice(bases) + "".join(chance.choices(marks, k=chance.randint(0, 4))),
        lambda: chance.choice(pieces), lambda: chance.choice(special), lambda: chance.choice(words),
        lambda: chance.choice([" ", "  ", "\t", "\r", "\u00a0", "\u3000", "\u2581", "_", ""]),
        lambda: chance.choice(rare), lambda: chr(chance.randrange(32, 127)),
    ]
    for _ in range(count):
        chosen = chance.choices(pools, weights=[2, 3, 4, 2, 4, 4, 1, 3], k=chance.randint(1, 4))
        yield "".join(chance.choice(chosen)() for _ in range(chance.randint(1, 25)))


def tricky():
    file = Path(__file__).parents[3] / "shared/notes/engine_tricky_expected.json"
    rows = json.loads(file.read_text()) if file.exists() else []
    return list(dict.fromkeys([row["text"] for row in rows] + TEXTS + MORE_TEXTS))


def build(case, corpus):
    model, trainer = case.model()
    tokenizer = Tokenizer(model)
    if case.normalizer:
        tokenizer.normalizer = case.normalizer
    if case.pre_tokenizer:
        tokenizer.pre_tokenizer = case.pre_tokenizer
    tokenizer.train_from_iterator(corpus, trainer)
    if case.post_processor:
        tokenizer.post_processor = case.post_processor(tokenizer)
    if case.added:
        tokenizer.add_tokens(case.added)
    root = json.loads(tokenizer.to_str())
    if case.edit:
        case.edit(root)
    return root


def write(folder, case, root):
    """The case's files; tokenizer.json is the oracle's in any case."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "oracle.json").write_text(json.dumps(root, ensure_ascii=False))
    vocabulary = root["model"]["vocab"]
    if "tokenizer.json" in case.files:
        (folder / "tokenizer.json").write_text(json.dumps(root, ensure_ascii=False))
    if "vocab.txt" in case.files:
        (folder / "vocab.txt").write_text("".join(piece + "\n" for piece in sorted(vocabulary, key=vocabulary.get)))
    if "merges.txt" in case.files:
        (folder / "vocab.json").write_text(json.dumps(vocabulary))
        (folder / "merges.txt").write_text(
            "#version: 0.2\n" + "".join(" ".join(merge) + "\n" for merge in root["model"]["merges"]))
    if case.config is not None:
        (folder / "tokenizer_config.json").write_text(json.dumps(case.config))


def found(program, folder, texts):
    """What the program gives for each text; texts with a line feed go as arguments, the others as lines."""
    lines = [text for text in texts if "\n" not in text]
    rows = dict(zip(lines, answers(program, folder, lines)))
    others = [text for text in texts if "\n" in text and "\0" not in text]
    if others:
        output = subprocess.run([program, "tokenize", folder, "--json", "--", *others], stdout=subprocess.PIPE, check=True)
        rows |= dict(zip(others, map(json.loads, output.stdout.splitlines())))
    return rows


def check(program, folder, case, texts, chance):
    """Complaints about one tokenizer, and how many texts were compared."""
    result = subprocess.run([program, "tokenize", folder, "a", "--json"], capture_output=True, text=True)
    if result.returncode:
        message = result.stderr.strip()
        if result.returncode == 4 and case.refused and case.refused in message:
            return [], 0, "refused"
        refusal = message.partition(": ")[2].partition(": ")[2]
        # Without an expectation it may be refused, but by name.
        named = result.returncode == 4 and "is not supported" in message and not case.refused
        return ([] if named else [message]), 0, f"refused, {refusal}"
    if case.refused:
        return ["was run"], 0, ""
    oracle = Tokenizer.from_file(str(folder / "oracle.json"))
    oracle.no_truncation()
    oracle.no_padding()
    texts = list(dict.fromkeys(texts + list(random_texts(chance, oracle, 600))))
    rows = found(program, folder, texts)
    added = oracle.get_added_tokens_decoder()
    complaints = []
    for text, row in rows.items():
        try:
            encoding = oracle.encode(text)
        except BaseException as error:  # the library's own faults end in Rust's panic, which is no Exception
            if type(error).__name__ != "PanicException":
                raise
            continue
        # The library shows an added token as the text has it or as it is normalized; here it has its own spelling.
        tokens = [added[id].content if id in added else oracle.id_to_token(id) for id in encoding.ids]
        for what, expected in [("ids", encoding.ids), ("offsets", byte_offsets(text, encoding)), ("tokens", tokens)]:
            if row[what] != expected:
                complaints.append(f"{what} of {text!r}\n      expected {expected}\n      found    {row[what]}")
                break
    return complaints, len(rows), f"{len(rows)} texts"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", help="the built program")
    parser.add_argument("data", nargs="*", help="CSV files; of their texts 1,000 each are taken")
    parser.add_argument("--only", default="", metavar="PART", help="tokenizers whose name holds this")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="of the tokenizers, every Nth")
    parser.add_argument("--seed", type=int, default=0, help="for the random texts")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the tokenizers here")
    options = parser.parse_args()
    real = [text for path in options.data for text in list(read(path))[:1000]]
    corpus = SENTENCES.splitlines() * 3 + real
    cases = [case for make in [wordpiece_cases, vocabulary_cases, byte_level_cases, character_cases, unigram_cases]
             for case in make()]
    cases = [case for case in cases if options.only in case.name][::options.every]
    wrong = refused = 0
    with tempfile.TemporaryDirectory() as temporary:
        for case in cases:
            folder = (options.keep or Path(temporary)) / re.sub(r"[^\w.-]+", "-", case.name)
            shutil.rmtree(folder, ignore_errors=True)
            write(folder, case, build(case, corpus))
            complaints, count, verdict = check(
                options.program, folder, case, tricky() + real, random.Random(f"{options.seed} {case.name}"))
            print(f"{case.name}: {f'WRONG, {len(complaints)} of {count}' if complaints else verdict}")
            for line in complaints[:3]:
                print(f"    {line}")
            wrong += bool(complaints)
            refused += verdict.startswith("refused")
    print(f"{len(cases)} tokenizers, {wrong} wrong, {refused} refused")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
