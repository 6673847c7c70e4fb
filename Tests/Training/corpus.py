"""The texts that the demo's model is trained on: their tokenizer, and their ids in pieces."""

import csv
import gzip
import re

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

VOCABULARY = 8_192
END = "<|endoftext|>"
# Longest run of ids that is one training example; long reviews are cut into several.
PIECE = 96
# Sentiment of a text whose set has none.
NONE = -100
# The numbers stand in the sets' labels.json; AG News and TREC are read as language only.
SETS = {
    "sst2/train.csv": {"0": 0, "1": 1},
    "imdb/train.csv.gz": {"neg": 0, "pos": 1},
    "agnews/train.csv": {},
    "trec/train.csv": {},
}


def read_csv(path):
    """The (text, label) pairs of a file with the columns text,label."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            yield cleaned(row["text"]), row["label"]


def cleaned(text):
    """The text without what the web left in it."""
    return " ".join(re.sub(r"<br\s*/?>", " ", text).replace(" #39;", "'").split())


def training_texts(data):
    """The (text, sentiment) pairs of every train split; sentiment is 0, 1 or `NONE`."""
    for name, sentiments in SETS.items():
        for text, label in read_csv(data / name):
            yield text, sentiments.get(label, NONE)


def train_tokenizer(texts):
    """A byte-level BPE, blind to case and to the kind of quotes."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.Sequence([
        normalizers.NFC(), normalizers.Replace("\u2019", "'"), normalizers.Replace("\u201c", '"'),
        normalizers.Replace("\u201d", '"'), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=True)
    tokenizer.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=VOCABULARY, special_tokens=[END], show_progress=False,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    return tokenizer


def pieces_of(tokenizer, texts):
    """The (ids, sentiment) examples of (text, sentiment) pairs, none longer than `PIECE`."""
    texts = list(texts)
    for encoding, (_, sentiment) in zip(tokenizer.encode_batch([text for text, _ in texts]), texts):
        for start in range(0, len(encoding.ids), PIECE):
            ids = encoding.ids[start:start + PIECE]
            if len(ids) > 1:
                yield ids, sentiment
