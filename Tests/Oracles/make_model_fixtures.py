"""Makes tiny models of every family with random weights, and what each computes, for the tests of `Transformers`.

    python make_model_fixtures.py ../Fixtures/models

writes one folder a model. Each is a complete model folder (config.json, model.safetensors or its shards; vocab.txt and
tokenizer_config.json where the family reads WordPiece) with odd shapes, and beside the model `expected.safetensors`:

    ids.I           token ids of text I, I64 [tokens]
    hidden.L.I      what enters block L (L = 0 … layers - 1) or leaves the last one, F32 [tokens, hidden]
    activation.L.I  feed-forward neurons of block L after the non-linearity, F32 [tokens, intermediate]
    final.I         the last hidden state after the final norm, in GPT-2 and T5
    gate.L.I, up.L.I, product.L.I    in a gated feed-forward, whose activation is the gate
    decoder.…       the same of T5's decoder, which reads the text shifted right by one

The values are computed by transformers in float64 with eager attention, every text alone, and rounded to F32 once.
The same versions of torch and transformers write the same bytes again.
Needs: torch, transformers, safetensors.
"""

import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from transformers import (
    BertConfig, BertForSequenceClassification, BertModel, DistilBertConfig, DistilBertForSequenceClassification,
    DistilBertModel, GPT2Config, GPT2ForSequenceClassification, GPT2Model, RobertaConfig,
    RobertaForSequenceClassification, RobertaModel, T5Config, T5ForConditionalGeneration, T5Model)
from transformers.utils.logging import disable_progress_bar

from reference import capture, shifted

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

    write_distilbert(out)
    write_roberta(out)
    write_gpt2(out)
    write_t5(out)


def write_distilbert(out):
    plain = DistilBertConfig(
        vocab_size=97, dim=21, n_heads=3, n_layers=2, hidden_dim=37, max_position_embeddings=26, activation="gelu")
    write(out / "tiny-distilbert", DistilBertModel(plain), lengths=[1, 9, 26], seed=4)

    prefixed = DistilBertConfig(
        vocab_size=61, dim=18, n_heads=2, n_layers=3, hidden_dim=25, max_position_embeddings=20, activation="relu",
        sinusoidal_pos_embds=True)
    write(out / "tiny-distilbert-bf16", DistilBertForSequenceClassification(prefixed).bfloat16(), lengths=[2, 20],
          seed=5)


def write_roberta(out):
    prefixed = RobertaConfig(
        vocab_size=89, hidden_size=22, num_attention_heads=2, num_hidden_layers=2, intermediate_size=35,
        max_position_embeddings=26, type_vocab_size=1, hidden_act="gelu", layer_norm_eps=1e-5)
    write(out / "tiny-roberta", RobertaForSequenceClassification(prefixed), lengths=[1, 9, 24], seed=6, padding=True)

    half = RobertaConfig(
        vocab_size=59, hidden_size=15, num_attention_heads=5, num_hidden_layers=1, intermediate_size=31,
        max_position_embeddings=25, type_vocab_size=2, hidden_act="gelu_new", pad_token_id=4)
    write(out / "tiny-roberta-f16", RobertaModel(half, add_pooling_layer=False).half(), lengths=[5, 20], seed=7,
          padding=True)


def write_gpt2(out):
    plain = GPT2Config(vocab_size=83, n_embd=21, n_head=3, n_layer=2, n_positions=30)
    write(out / "tiny-gpt2", GPT2Model(plain), lengths=[1, 8, 30], seed=8)
    weights = load_file(out / "tiny-gpt2/model.safetensors")
    for layer in range(2):  # OpenAI's own files hold the causal masks
        weights[f"h.{layer}.attn.bias"] = torch.ones(30, 30).tril()[None, None]
    save(weights, out / "tiny-gpt2/model.safetensors")

    scaled = GPT2Config(
        vocab_size=67, n_embd=18, n_head=2, n_layer=3, n_inner=29, n_positions=24, activation_function="relu",
        scale_attn_by_inverse_layer_idx=True, layer_norm_epsilon=1e-3, pad_token_id=0)
    write(out / "tiny-gpt2-sharded", GPT2ForSequenceClassification(scaled).half(), lengths=[2, 24], seed=9,
          shard="8KB")


def write_t5(out):
    first = T5Config(
        vocab_size=71, d_model=20, d_kv=7, num_heads=3, d_ff=33, num_layers=2, num_decoder_layers=1,
        feed_forward_proj="relu", relative_attention_num_buckets=8, relative_attention_max_distance=20,
        decoder_start_token_id=0)
    write(out / "tiny-t5", T5ForConditionalGeneration(first), lengths=[1, 7, 40], seed=10)

    gated = T5Config(
        vocab_size=61, d_model=18, d_kv=5, num_heads=2, d_ff=27, num_layers=2, num_decoder_layers=2,
        feed_forward_proj="gated-gelu", decoder_start_token_id=3, tie_word_embeddings=False, n_positions=48)
    folder = out / "tiny-flan-t5"
    write(folder, T5Model(gated).bfloat16(), lengths=[2, 24], seed=11, shard="12KB")
    index = json.loads((folder / "model.safetensors.index.json").read_text())
    file = folder / index["weight_map"]["shared.weight"]
    weights = load_file(file)  # a checkpoint may hold the table under any of three names
    weights["encoder.embed_tokens.weight"] = weights.pop("shared.weight")
    save(weights, file)
    index["weight_map"]["encoder.embed_tokens.weight"] = index["weight_map"].pop("shared.weight")
    (folder / "model.safetensors.index.json").write_text(json.dumps(index, indent=2) + "\n")


def save(weights, file):
    save_file(weights, file, metadata={"format": "pt"})


def write(folder, model, lengths, seed, shard="1GB", padding=False):
    """Writes one model folder with the expected values of random texts of the given lengths.

    With `padding`, texts hold the padding's id here and there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    generator = torch.Generator().manual_seed(seed)
    randomise(model, generator)
    model.config._attn_implementation = "eager"
    model.save_pretrained(folder, max_shard_size=shard)
    if model.config.model_type in ("bert", "distilbert"):
        write_tokenizer(folder, model.config)

    model = model.double().eval()
    expected = {}
    for index, length in enumerate(lengths):
        ids = torch.randint(model.config.vocab_size, (length,), generator=generator)
        if index == 1:
            ids[0], ids[-1] = 0, model.config.vocab_size - 1
        if padding:
            ids[length // 2::7] = model.config.pad_token_id
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
        if parameter.dim() == 1 and name.endswith("weight"):
            normal(parameter, 0.2, centre=1.0)
        elif name.endswith(".bias"):
            normal(parameter, 0.1)
        elif "relative_attention_bias" in name:
            normal(parameter, 0.8)
        elif parameter.dim() < 2 or any(part in name for part in ("embeddings", "wte", "wpe", "shared", "embed_tokens")):
            normal(parameter, 0.15)
        else:
            fan_in = parameter.shape[0 if name.rpartition(".")[0].endswith(("c_attn", "c_proj", "c_fc")) else 1]
            normal(parameter, 1.2 * fan_in ** -0.5)


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
    """What the hooks saw is transformers' own tuple, but for its last entry where there is a final norm."""
    inputs, prefixes = {"input_ids": ids[None]}, {"": "hidden_states"}
    if model.config.is_encoder_decoder:
        inputs["decoder_input_ids"] = torch.tensor([shifted(model.config, ids.tolist())])
        prefixes = {"": "encoder_hidden_states", "decoder.": "decoder_hidden_states"}
    with torch.no_grad():
        outputs = model.base_model(**inputs, output_hidden_states=True)
    for prefix, key in prefixes.items():
        names = [f"{prefix}hidden.{layer}" for layer in range(len(outputs[key]))]
        assert names[-1] in found and f"{prefix}hidden.{len(names)}" not in found
        if f"{prefix}final" in found:
            names[-1] = f"{prefix}final"
        for name, value in zip(names, outputs[key]):
            assert value.dtype == torch.float64 and torch.equal(value[0], found[name]), name


if __name__ == "__main__":
    main()
