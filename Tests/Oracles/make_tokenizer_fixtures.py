"""Build two small WordPiece tokenizers and write what Hugging Face `tokenizers` makes of odd texts.

    python3 Tests/Oracles/make_tokenizer_fixtures.py Tests/Fixtures/tokenizers

Writes, in uncased/ and cased/, tokenizer.json, vocab.txt, tokenizer_config.json and expected.json:
texts with ids, offsets (pairs of bytes, in one flat list) and words (null for template tokens).
`uncased` is BERT's usual pipeline; `cased` has BertProcessing, and added tokens with every flag.
The sentences and the texts are our own; the same command writes the same bytes.
"""

import json
import random
import sys
from collections import Counter
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers, processors

SENTENCES = """
The old harbour wakes before the sun, and the gulls complain about the cold.
She wrote a letter to her sister, but never found the courage to send it.
It's a wonderfully acted film with a story that doesn't go anywhere.
I can't believe they've cancelled the best programme on television.
The engine of the little boat was louder than the storm.
What a dull, overlong, painfully unfunny comedy!
Three engineers measured the bridge 14 times; every measurement differed.
Prices rose by 3.5% in March, after falling 1.2% in February.
Who invented the first working telescope, and in which city?
He walked slowly through the market, buying bread, olives and two lemons.
The teacher explained the experiment again, this time with a drawing.
Rain is expected in the north, with sunny intervals elsewhere.
The committee rejected the proposal without discussing its merits.
A touching performance by the youngest actor carries the whole picture.
My grandmother's recipe needs butter, sugar, flour and a lot of patience.
The train to Vienna leaves at 07:45 from platform 9.
Nobody expected the small team to win the final so easily.
They are measuring the temperature of the water every ten minutes.
The painting was sold for $2,400,000 to an unknown collector.
If you listen carefully, you'll hear the river under the ice.
The director's previous films were better written and better acted.
Scientists discovered an unusual mineral in the northern mountains.
Please don't leave your bicycle in front of the entrance.
How many islands does the country have, and how many are inhabited?
Critics praised the photography but found the dialogue unconvincing.
The cat sleeps on the warm stones behind the kitchen.
Our neighbours are planting apple trees along the southern wall.
A hopelessly confused plot is rescued by charming performances.
The computer translated the sentence incorrectly, word by word.
In 1889 the tower was the tallest structure in the world.
Café, naïve, über, Ångström, façade, jalapeño, São, coöperate.
Ελληνικά και Русский язык, ёжик, йод; Tiếng Việt một hai ba.
"""

ALPHABET = (
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~«»“”…–—‐©°ß€ªº²½øłđı"
    "αβγδεζηθικλμνξοπρστυφχψωςΑΣΔадежзийклонрусязыкё中国你好世界。한국어あいう"
    "\u1112\u1161\u11ab\u1100\u116e\u11a8\u0301\u0308\u0323\u03c2éüñ\u00c5🙂👍\ud55c"
)

TEXTS = [
    "", " ", "     ", "\n", "a\tb\r\nc\n\nd", " hello", "hello   ", "the   world  !", "a \n b",
    "I'm can't we'll they've he'd it's you're", "I'M CAN'T WE'LL IT'S", "I\u2019m don\u2019t",
    "1234567890 3.14159 1,000,000 2\u00b2 \u00bd \u2460 \u0663\u0664", "abc123def4 4x4 H2O",
    "!!!???...---***", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
    "\u20ac$\u00a3+<=>^`|~\u00a9\u00ae\u2122\u00b0", "a\u2010b\u2013c\u2014d\u2212e", "wait\u2026what",
    "caf\u00e9 na\u00efve \u00fcber \u00c5ngstr\u00f6m",
    "cafe\u0301 nai\u0308ve u\u0308ber A\u030angstro\u0308m", "Z\u0351\u036b\u0343a\u0337lgo\u0321",
    "Ti\u1ebfng Vi\u1ec7t m\u1ed9t", "\u00f8re \u0142\u00f3d\u017a \u0111\u00e0",
    "\u0130stanbul I\u0131 i\u0307", "Stra\u00dfe STRASSE \u1e9e",
    "\u039f\u0394\u03a5\u03a3\u03a3\u0395\u03a5\u03a3 \u03a3 \u03a3\u03bf\u03c2",
    "\ufb01nance o\ufb03ce \ufb05", "\uff21\uff22\uff23\uff11\uff12\uff13\uff01 \uff5e~",
    "\u2460\u3231\u33a1\u32ff", "\u212a \u2126 \u212b", "a\u00a0b\u2003c\u202fd\u3000e\u1680f",
    "a\u200bb\u200cc\u200dd\u2060e\ufefff", "co\u00adop", "\ufeffhello",
    "a\u0000b\u0001c\u0007d\u007fe\u0085f\u009fg", "a\u000bb\fc\u001cd\u001fe", "a\u2028b\u2029c",
    "a\ufffdb", "a\ue000b\U000f000cc", "a\uffffb\ufdd0c", "a\u0378b", "abc\u202edef\u202c ghi\u200f",
    "\u4f60\u597d\u4e16\u754c\u3002", "GPT\u6a21\u578b2\u4ee3", "\u304b\u3099\u306f\u309a",
    "\ud55c\uad6d\uc5b4 \ud14d\uc2a4\ud2b8", "\u1112\u1161\u11ab\u1100\u116e\u11a8",
    "\U0002b820x\U0002b91fy\U0002b920z", "\U0002ceb0x\U00030000y", "\uf900\ufa0e\U0002f800",
    "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35", "\u0915\u093f\u0938\u093e\u0928\u094b\u0902",
    "\u0645\u064e\u0631\u0652\u062d", "\u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd",
    "\u0451\u0436\u0438\u043a \u0439\u043e\u0434", "\u1f04\u03bd\u03b8\u03c1\u03c9\u03c0\u03bf\u03c2",
    "\U0001f600\U0001f680 ok\U0001f44d", "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\U0001f1eb\U0001f1f7", "1\ufe0f\u20e3 #\ufe0f\u20e3", "\U0001d400\U0001d4d0\U0001d7d8",
    "\U00010400 \U00010428 \U0001e900", "\ua7f2\ua7cb\U00010d50",
    "[CLS] [SEP][MASK] [PAD] [UNK] [cls]", "foo[MASK]bar", "a   <mask>   b", "[ MASK ] </S> [MASK",
    "##ing a##b", "x" * 100, "x" * 101, "e\u0301" * 60, "abcdefghij" * 20, "9" * 130,
    "\U0001f9ff" * 20, "https://ex.org/a_b?c=d&e=%20#f me@x.co", "def f(x):\n    return {'a': [1]}",
    "camelCaseXMLHttp snake_case __init__", "\u201cquoted\u201d \u00abfr\u00bb \u300ccjk\u300d",
    "abc \u05d0\u05d1\u05d2 123", "hello , world .", "'s 's's s'", "\u0301a", "a \u0301b",
    "\u0300\u0301", "\u0903\u0902", "\u00b4 \u00a8 \u00b8", "\u02b0\u1d2c", "\u2163 \u217b",
    "a\u180eb", "a\u3164b\uffa0c", "first [SEP] second", "a\u0302\u0001\u0323\u1df6\u0302b",
    "<sw> x<sw> <sw>y _<sw> <sw>", "a  <l>  b <l>", "a  <r>  b<r> ", "a \u3000<b>\n b<b><b>",
    "NEW word New new renew", "the<R>  <l>  <l>",
]  # fmt: skip

POOLS = [
    "abcdeghilmnorstuABCDEGHIT", "the ing ed un measur ", " \t\n\u00a0\u2003", "!?.,'-$+@_~",
    "éüñÅàèçõőǖẫ", "\u0301\u0308\u0323\u0327\u0345\u031b\u1df6\u07fd", "中国世界\U0002b820\U0002b920\uf900",
    "\u0000\u0007\u000b\u0085\u200b\ufeff\ufffd\ue000", "한국어\u1112\u1161\u11ab", "ΑΣςσЙйёあが",
    "🙂👍\U0001f3fd\u200d\ufe0f", "0123456789²½",
]  # fmt: skip

LITERALS = ["[MASK]", "[SEP]", "[sep]", "<sw>", "<l>", "<r>", "<b>", "new", "NEW", "##ing", "[UNK"]


def random_texts(count):
    chance = random.Random(20231115)
    for _ in range(count):
        pools = chance.sample(POOLS, chance.randint(1, 4))
        parts = [chance.choice(chance.choice(pools)) for _ in range(chance.randint(3, 18))]
        for _ in range(chance.choice([0, 0, 1, 2])):
            parts.insert(chance.randrange(len(parts)), chance.choice(LITERALS))
        yield "".join(parts)


def pieces(normalizer, pre_tokenizer, alphabet, size):
    """Beginnings and inner parts of words, by how much of the sentences they cover.

    The library's own trainer hangs on the order of its hash tables and differs from run to run.
    """
    counts = Counter()
    words = pre_tokenizer.pre_tokenize_str(normalizer.normalize_str(SENTENCES))
    for word, _ in words:
        for start in range(len(word)):
            for end in range(start + 2, min(len(word), start + 9) + 1):
                counts[("##" if start else "") + word[start:end]] += end - start
    chosen = sorted(counts, key=lambda piece: (-counts[piece], piece))[:size]
    # Both spellings of one letter: a table that compares by canonical equivalence merges them.
    both = {"é", "e\u0301", "##e\u0301"}
    return sorted(both | set(chosen) | set(alphabet) | {"##" + c for c in alphabet})


def build(lowercase):
    normalizer = normalizers.BertNormalizer(lowercase=lowercase)
    pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    alphabet = ALPHABET.lower() if lowercase else ALPHABET
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    order = special + pieces(normalizer, pre_tokenizer, alphabet, 400)
    model = models.WordPiece({p: i for i, p in enumerate(order)}, unk_token="[UNK]")
    tokenizer = Tokenizer(model)
    tokenizer.normalizer, tokenizer.pre_tokenizer = normalizer, pre_tokenizer
    tokenizer.add_special_tokens(special)
    return tokenizer


def finish(tokenizer, lowercase):
    cls, sep = ("[CLS]", tokenizer.token_to_id("[CLS]")), ("[SEP]", tokenizer.token_to_id("[SEP]"))
    if lowercase:
        tokenizer.post_processor = processors.TemplateProcessing(
            "[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[cls, sep]
        )
        # Both are to be ignored by a reader of the file.
        tokenizer.enable_truncation(8)
        tokenizer.enable_padding(length=12)
    else:
        tokenizer.post_processor = processors.BertProcessing(sep, cls)
        tokenizer.add_tokens([
            AddedToken("<sw>", single_word=True, normalized=False),
            AddedToken("<l>", lstrip=True, normalized=False),
            AddedToken("<r>", rstrip=True, normalized=False),
            AddedToken("<b>", lstrip=True, rstrip=True, normalized=False),
            AddedToken("NEW", single_word=True, normalized=True),
        ])  # fmt: skip


def expected(tokenizer, text):
    ends = [0]
    for character in text:
        ends.append(ends[-1] + len(character.encode()))
    encoding = tokenizer.encode(text)
    offsets = [ends[place] for pair in encoding.offsets for place in pair]
    return {"text": text, "ids": encoding.ids, "offsets": offsets, "words": encoding.word_ids}


def write(folder, lowercase):
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = build(lowercase)
    vocabulary = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
    (folder / "vocab.txt").write_text("".join(piece + "\n" for piece, _ in vocabulary))
    finish(tokenizer, lowercase)
    (folder / "tokenizer.json").write_text(
        json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=False, separators=(",", ":")) + "\n"
    )
    config = {"do_lower_case": lowercase, "model_max_length": 64, "tokenizer_class": "BertTokenizer"}
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")
    tokenizer.no_truncation()
    tokenizer.no_padding()
    rows = [expected(tokenizer, text) for text in TEXTS + list(random_texts(300))]
    lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
    (folder / "expected.json").write_text(f"[\n{lines}\n]\n")


def main():
    folder = Path(sys.argv[1])
    write(folder / "uncased", lowercase=True)
    write(folder / "cased", lowercase=False)


if __name__ == "__main__":
    main()
