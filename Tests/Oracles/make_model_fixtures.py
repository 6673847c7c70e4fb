"""Makes three tiny BERT models with random weights, and what each computes, for the tests of `Transformers`.

    python make_bert_fixtures.py ../Fixtures

writes tiny-bert, tiny-bert-prefixed and tiny-bert-f16. Each is a complete model folder (config.json,
model.safetensors, vocab.txt, tokenizer_config.json) with odd shapes, and beside the model `expected.safetensors`:

    ids.I           token ids of text I, I64 [tokens]
    hidden.L.I      what enters block L (L = 0 … layers - 1) or leaves the last one, F32 [tokens, hidden]
    activation.L.I  feed-forward neurons of block L after the non-linearity, F32 [tokens, intermediate]

The values are computed by transformers in float64 with eager attention, every text alone, and rounded to F32 once.
The same versions of torch and transformers write the same bytes again.
Needs: torch, transformers, safetensors.
"""

import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import BertConfig, BertForSequenceClassification, BertModel
from transformers.utils.logging import disable_progress_bar

from reference import capture

WORDS = (". , ! ? ' - 0 1 2 3 4 5 6 7 8 9 the film was an of and good bad not very it is in this to un ##ing ##ed ##able "
         "##ly ##ness ##less movie no").split()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="folder that receives one folder a model")
    out = parser.parse_args().out
    torch.set_num_threads(1)
    disable_progress_bar()

    plain = BertConfig(
        vocab_size=97, hidden_size=20, num_attention_heads=5, num_hidden_layers=3, intermediate_size=37,
        max_position_embeddings=40, type_vocab_size=2, hidden_act="gelu", layer_norm_eps=1e-12)
    write(out / "tiny-bert", BertModel(plain, add_pooling_layer=False), lengths=[1, 6, 17, 40], seed=1)

    prefixed = BertConfig(
        vocab_size=83, hidden_size=24, num_attention_heads=3, num_hidden_layers=2, intermediate_size=50,
        max_position_embeddings=29, type_vocab_size=1, hidden_act="relu", layer_norm_eps=1e-5,
        id2label={0: "negative", 1: "neutral", 2: "positive"}, label2id={"negative": 0, "neutral": 1, "positive": 2})
    write(out / "tiny-bert-prefixed", BertForSequenceClassification(prefixed), lengths=[1, 2, 13, 29], seed=2)

    half = BertConfig(
        vocab_size=71, hidden_size=16, num_attention_heads=2, num_hidden_layers=2, intermediate_size=33,
        max_position_embeddings=24, type_vocab_size=2, hidden_act="gelu_new", layer_norm_eps=1e-12)
    write(out / "tiny-bert-f16", BertModel(half, add_pooling_layer=False).half(), lengths=[1, 5, 12, 24], seed=3)


def write(folder, model, lengths, seed):
    """Writes one model folder with the expected values of random texts of the given lengths."""
    folder.mkdir(parents=True, exist_ok=True)
    generator = torch.Generator().manual_seed(seed)
    randomise(model, generator)
    model.config._attn_implementation = "eager"
    model.save_pretrained(folder)
    write_tokenizer(folder, model.config)

    model = model.double().eval()
    expected = {}
    for index, length in enumerate(lengths):
        ids = torch.randint(model.config.vocab_size, (length,), generator=generator)
        if index == 1:
            ids[0], ids[-1] = 0, model.config.vocab_size - 1
        found = capture(model, ids.tolist())
        check(model, ids, found)
        expected[f"ids.{index}"] = ids
        expected |= {f"{name}.{index}": value.float() for name, value in found.items()}
    save_file(expected, folder / "expected.safetensors")
    for file in folder.glob("*.safetensors"):
        file.chmod(0o644)  # safetensors leaves them readable by their owner alone
    size = sum(file.stat().st_size for file in folder.iterdir())
    top = max(value.abs().max().item() for name, value in expected.items() if not name.startswith("ids"))
    print(f"{folder.name}: {len(expected)} tensors, {size / 1000:.0f} kB, largest value {top:.2f}")


def randomise(model, generator):
    """Gives every parameter, norms and padding row included, values large enough to betray a wrong formula."""
    def normal(parameter, deviation, centre=0.0):
        values = torch.randn(parameter.shape, generator=generator) * deviation + centre
        parameter.data.copy_(values)

    for name, parameter in model.named_parameters():
        if "LayerNorm.weight" in name:
            normal(parameter, 0.2, centre=1.0)
        elif name.endswith(".bias"):
            normal(parameter, 0.1)
        elif "embeddings" in name:
            normal(parameter, 0.15)
        else:
            normal(parameter, 1.2 * parameter.shape[1] ** -0.5)


def write_tokenizer(folder, config):
    """Writes vocab.txt, as many lines as the model has embeddings, and tokenizer_config.json."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokens = special + list(letters) + ["##" + letter for letter in letters] + WORDS
    assert len(tokens) >= config.vocab_size and len(set(tokens)) == len(tokens)
    (folder / "vocab.txt").write_text("".join(token + "\n" for token in tokens[:config.vocab_size]), encoding="utf-8")
    settings = {
        "tokenizer_class": "BertTokenizer", "do_lower_case": True, "tokenize_chinese_chars": True, "strip_accents": None,
        "unk_token": "[UNK]", "sep_token": "[SEP]", "pad_token": "[PAD]", "cls_token": "[CLS]", "mask_token": "[MASK]",
        "model_max_length": config.max_position_embeddings,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")


def check(model, ids, found):
    """BERT has no final norm, so transformers' own tuple must hold exactly what the hooks saw."""
    with torch.no_grad():
        theirs = model.base_model(input_ids=ids[None], output_hidden_states=True).hidden_states
    assert len(theirs) == model.config.num_hidden_layers + 1
    for layer, value in enumerate(theirs):
        assert value.dtype == torch.float64 and torch.equal(value[0], found[f"hidden.{layer}"]), f"hidden.{layer}"


if __name__ == "__main__":
    main()
