"""Makes tiny checkpoints of every family with a classification head, and what transformers says of some texts.

    python make_head_fixtures.py ../Fixtures/heads

writes one folder a family: a whole model folder with tokenizer, random weights and odd shapes, and beside the model
`expected.safetensors`:

    ids.I     token ids of text I, I64 [tokens]
    logits.I  what the checkpoint's own head puts out for it, F32 [labels]

The logits are computed by transformers in float64 with eager attention, every text alone, and rounded to F32 once.
Texts end in padding, or are nothing else, and hold an end inside, where a family's head looks for such tokens.
The same versions of torch and transformers write the same bytes again.
Needs: torch, transformers, safetensors, tokenizers.
"""

import argparse
import math
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import (
    BertConfig, BertForSequenceClassification, DistilBertConfig, DistilBertForSequenceClassification, GPT2Config,
    GPT2ForSequenceClassification, RobertaConfig, RobertaForSequenceClassification, T5Config,
    T5ForSequenceClassification)
from transformers.utils.logging import disable_progress_bar

import reference  # makes T5's norm compute in float64
from make_model_fixtures import WORDS, randomise, write_tokenizer

TOKENIZERS = Path(__file__).resolve().parent.parent / "Fixtures/tokenizers"
assert reference.FAMILIES


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="folder that receives one folder a family")
    out = parser.parse_args().out
    torch.set_num_threads(1)
    disable_progress_bar()
    named = {0: "negative", 1: "neutral", 2: "positive"}
    write(out / "bert", bert(id2label=named), seed=21)
    feelings = {0: "joy", 1: "anger", 2: "fear"}
    write(out / "distilbert", distilbert(id2label=feelings, problem_type="multi_label_classification").half(), seed=22)
    write(out / "roberta", roberta(num_labels=1), seed=23)
    write(out / "gpt2", gpt2(id2label={0: "bad", 1: "good"}), seed=24)
    write(out / "t5", t5(num_labels=2), seed=25)


# One small model a family; what the head is like comes with the call.


def bert(**head):
    return BertForSequenceClassification(BertConfig(
        vocab_size=97, hidden_size=15, num_attention_heads=3, num_hidden_layers=2, intermediate_size=22,
        max_position_embeddings=30, **head))


def distilbert(**head):
    return DistilBertForSequenceClassification(DistilBertConfig(
        vocab_size=97, dim=14, n_heads=2, n_layers=2, hidden_dim=23, max_position_embeddings=26, **head))


def roberta(**head):
    return RobertaForSequenceClassification(RobertaConfig(
        vocab_size=521, hidden_size=9, num_attention_heads=3, num_hidden_layers=2, intermediate_size=17,
        max_position_embeddings=34, type_vocab_size=1, layer_norm_eps=1e-5, **head))


def gpt2(**head):
    return GPT2ForSequenceClassification(GPT2Config(
        vocab_size=517, n_embd=10, n_head=2, n_layer=2, n_positions=28, pad_token_id=0, bos_token_id=0, eos_token_id=0,
        **head))


def t5(**head):
    return T5ForSequenceClassification(T5Config(
        vocab_size=81, d_model=13, d_kv=4, num_heads=3, d_ff=19, num_layers=2, num_decoder_layers=1,
        feed_forward_proj="gated-gelu", relative_attention_num_buckets=8, relative_attention_max_distance=20,
        decoder_start_token_id=0, n_positions=32, **head))


FAMILIES = [bert, distilbert, roberta, gpt2, t5]


def write(folder, model, seed):
    """Writes one model folder with its tokenizer and the expected logits of random texts."""
    generator = torch.Generator().manual_seed(seed)
    save(folder, model, generator)
    model.double().eval()
    expected = {}
    for index, ids in enumerate(texts(model.config, generator)):
        expected[f"ids.{index}"] = ids
        expected[f"logits.{index}"] = logits(model, ids).float()
    save_file(expected, folder / "expected.safetensors")
    for file in folder.glob("*.safetensors"):
        file.chmod(0o644)  # safetensors leaves them readable by their owner alone
    size = sum(file.stat().st_size for file in folder.iterdir())
    top = max(value.abs().max().item() for name, value in expected.items() if name.startswith("logits"))
    print(f"{folder.name}: {len(expected) // 2} texts, {size / 1000:.0f} kB, largest logit {top:.2f}")


def save(folder, model, generator):
    """Gives a model random weights and writes it with its tokenizer."""
    folder.mkdir(parents=True, exist_ok=True)
    randomise(model, generator)
    model.config._attn_implementation = "eager"
    model.save_pretrained(folder)
    kind = model.config.model_type
    if kind in ("bert", "distilbert"):
        write_tokenizer(folder, model.config)
    elif kind == "t5":
        unigram(folder / "tokenizer.json")
    else:
        shutil.copyfile(TOKENIZERS / kind / "tokenizer.json", folder / "tokenizer.json")


def unigram(file):
    """A tokenizer of T5's kind: pieces with "▁" for a space, and "</s>" behind every text."""
    pieces = ["<pad>", "</s>", "<unk>", "▁"] + list("abcdefghijklmnopqrstuvwxyz.,!?")
    pieces += ["▁" + word for word in WORDS if word.isalpha()]
    scores = [(piece, 0.0 if index < 3 else -math.log(4.0 + index)) for index, piece in enumerate(pieces)]
    tokenizer = Tokenizer(models.Unigram(scores, unk_id=2))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing("$A </s>", special_tokens=[("</s>", 1)])
    tokenizer.add_special_tokens(pieces[:3])
    tokenizer.save(str(file))


def texts(config, generator):
    """Random ids of several lengths, with the tokens in odd places that a head looks for."""
    longest = getattr(config, "max_position_embeddings", None) or config.n_positions
    if config.model_type == "roberta":
        longest -= config.pad_token_id + 1
    for index, length in enumerate([1, 2, 11, longest, 9, 3]):
        ids = torch.randint(3, config.vocab_size, (length,), generator=generator)
        if config.model_type == "t5":
            ids[-1] = config.eos_token_id
            if index == 4:
                ids[2], ids[-1] = config.eos_token_id, 5
        elif index >= 4:
            ids[-3:] = config.pad_token_id
        yield ids


def logits(model, ids):
    """What the head says of one text, alone and unpadded."""
    with torch.no_grad():
        return model(input_ids=ids[None]).logits[0]


if __name__ == "__main__":
    main()
