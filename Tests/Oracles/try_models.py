"""Tries `spinscope trace` on random models of every family, in the odd forms that a config.json allows and files come in.

    python Tests/Oracles/try_models.py .build/release/spinscope
    python Tests/Oracles/try_models.py .build/release/spinscope --only gpt2 --keep models

Each model is made by transformers, traced on texts of no, one, a few and too many tokens, and compared with
transformers in float64 as check_trace.py does. A model that SpinScope cannot run exactly must be refused with a reason.
Then, on a model of each family, a fit must find the same features for a text that is alone (in a trace), in a batch
and in a batch of other texts, and the very same ones with one thread and with two.
Prints a line a model; exit code 1 if any was wrong. Needs: torch, transformers, safetensors. All 350 take a minute.
"""

import argparse
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
import warnings
from dataclasses import dataclass, field
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
import transformers as hf
from transformers.utils import logging

from check_trace import BOUND, compare, distance, read_trace, references, texts_of
from make_model_fixtures import randomise

BERT = dict(vocab_size=61, hidden_size=20, num_attention_heads=5, num_hidden_layers=2, intermediate_size=37,
            max_position_embeddings=33)
DISTIL = dict(vocab_size=61, dim=20, n_heads=5, n_layers=2, hidden_dim=37, max_position_embeddings=33)
GPT2 = dict(vocab_size=61, n_embd=20, n_head=5, n_layer=2, n_positions=33, bos_token_id=0, eos_token_id=0)
T5 = dict(vocab_size=61, d_model=20, d_kv=4, num_heads=5, d_ff=37, num_layers=2, decoder_start_token_id=0)
ACTIVATIONS = ["relu", "gelu", "gelu_new", "gelu_pytorch_tanh", "gelu_fast", "gelu_python", "gelu_python_tanh",
               "gelu_accurate", "silu", "swish", "tanh", "quick_gelu"]
FOREIGN = ["leaky_relu", "gelu_10", "mish", "sigmoid", "relu2", "linear", "hardswish", "relu6", "laplace"]


@dataclass
class Case:
    name: str
    make: callable  # gives the model
    fill: str = "usual"  # see `fill`
    edit: callable = None  # changes (weights, config) before they are written for good
    dtype: torch.dtype = torch.float32
    shard: str = "1GB"
    refused: str | None = None  # what the message must hold


def bert(name, kind=hf.BertModel, config=hf.BertConfig, keys={}, **more):
    return Case(f"bert: {name}", lambda: kind(config(**(BERT | keys))), **more)


def roberta(name, kind=hf.RobertaModel, config=hf.RobertaConfig, keys={}, **more):
    return Case(f"roberta: {name}", lambda: kind(config(**(BERT | keys))), **more)


def distilbert(name, kind=hf.DistilBertModel, keys={}, **more):
    return Case(f"distilbert: {name}", lambda: kind(hf.DistilBertConfig(**(DISTIL | keys))), **more)


def gpt2(name, kind=hf.GPT2Model, keys={}, **more):
    return Case(f"gpt2: {name}", lambda: kind(hf.GPT2Config(**(GPT2 | keys))), **more)


def t5(name, kind=hf.T5Model, config=hf.T5Config, keys={}, **more):
    return Case(f"t5: {name}", lambda: kind(config(**(T5 | keys))), **more)


def with_config(**changes):
    """An edit of config.json; None takes a key away."""
    def edit(weights, config):
        for key, value in changes.items():
            config.pop(key, None)
            if value is not None:
                config[key] = value
    return edit


def renamed(pattern, replacement):
    def edit(weights, config):
        for name in list(weights):
            weights[re.sub(pattern, replacement, name)] = weights.pop(name)
    return edit


def with_tensors(make):
    def edit(weights, config):
        weights |= make(config)
    return edit


def without(pattern):
    def edit(weights, config):
        for name in [name for name in weights if re.search(pattern, name)]:
            del weights[name]
    return edit


def both(*edits):
    def edit(weights, config):
        for one in edits:
            one(weights, config)
    return edit


def bert_like_cases(one, heads, key):
    """What BERT and RoBERTa share; `key` is the prefix in front of a base model's names."""
    yield one("base model")
    for name, kind in heads.items():
        yield one(name, kind)
    for activation in ACTIVATIONS:
        yield one(f"hidden_act {activation}", keys={"hidden_act": activation})
    for activation in FOREIGN[:3]:
        yield one(f"hidden_act {activation}", keys={"hidden_act": activation}, refused="hidden_act")
    yield one("one head of odd width", keys=dict(hidden_size=13, num_attention_heads=1))
    yield one("heads of width 1", keys=dict(hidden_size=7, num_attention_heads=7))
    yield one("one block, one neuron", keys=dict(num_hidden_layers=1, intermediate_size=1))
    yield one("MiniLM's shape", keys=dict(hidden_size=384, num_attention_heads=12, intermediate_size=1536))
    yield one("heads of 97", keys=dict(hidden_size=194, num_attention_heads=2, intermediate_size=131))
    yield one("nine blocks", keys=dict(num_hidden_layers=9))
    yield one("narrower feed-forward than width", keys=dict(intermediate_size=11))
    for types in [1, 2, 3]:
        yield one(f"type_vocab_size {types}", keys=dict(type_vocab_size=types))
    for epsilon in [1e-12, 1e-5, 1e-3, 0.5]:
        yield one(f"layer_norm_eps {epsilon}", keys=dict(layer_norm_eps=epsilon))
    for fill in ["large", "huge", "outlier", "massive", "small"]:
        yield one(f"{fill} weights", fill=fill)
    yield one("large weights, 6 blocks", fill="large", keys=dict(num_hidden_layers=6))
    for dtype in [torch.float16, torch.bfloat16]:
        yield one(f"{dtype}", dtype=dtype)
        yield one(f"{dtype}, sharded", dtype=dtype, shard="6KB")
    yield one("torch_dtype says float16, weights are F32", edit=with_config(dtype=None, torch_dtype="float16"))
    yield one("sharded", shard="9KB")
    yield one("gamma and beta", edit=both(
        renamed(r"LayerNorm\.weight", "LayerNorm.gamma"), renamed(r"LayerNorm\.bias", "LayerNorm.beta")))
    yield one("position_ids stored", edit=with_tensors(
        lambda config: {"embeddings.position_ids": torch.arange(config["max_position_embeddings"])[None]}))
    yield one("prefix before a base model", edit=renamed("^", f"{key}."))
    yield one("only the keys of 2019", edit=with_config(
        **dict.fromkeys(["pad_token_id", "position_embedding_type", "use_cache", "classifier_dropout", "dtype",
                         "transformers_version", "is_decoder", "add_cross_attention", "tie_word_embeddings"])))
    yield one("keys of heads and of training", edit=with_config(
        output_hidden_states=True, pruned_heads={}, torchscript=True, finetuning_task="sst-2", num_labels=3))
    yield one("is_decoder", keys=dict(is_decoder=True), refused="is_decoder")
    for kind in ["relative_key", "relative_key_query"]:
        yield one(kind, edit=with_config(position_embedding_type=kind), refused="position_embedding_type")
    yield one("absolute", edit=with_config(position_embedding_type="absolute"))
    yield one("heads do not divide", edit=with_config(num_attention_heads=3), refused="num_attention_heads")
    yield one("fewer positions in the file", edit=with_config(max_position_embeddings=40), refused="[40, 20]")
    yield one("a tensor is missing", edit=without("layer.1.output.dense.bias"), refused="layer.1.output.dense.bias")


def bert_cases():
    heads = {"ForMaskedLM": hf.BertForMaskedLM, "ForPreTraining": hf.BertForPreTraining,
             "ForSequenceClassification": hf.BertForSequenceClassification,
             "ForTokenClassification": hf.BertForTokenClassification, "ForMultipleChoice": hf.BertForMultipleChoice,
             "ForQuestionAnswering": hf.BertForQuestionAnswering,
             "ForNextSentencePrediction": hf.BertForNextSentencePrediction}
    yield from bert_like_cases(bert, heads, "bert")
    yield bert("type_vocab_size 0", edit=both(with_config(type_vocab_size=0), without("token_type")),
               refused="type_vocab_size")
    yield bert("float64", dtype=torch.float64, refused="F64")
    yield bert("LMHeadModel", hf.BertLMHeadModel, keys=dict(is_decoder=True), refused="is_decoder")
    yield bert("quantization_config", edit=with_config(quantization_config={"bits": 8}), refused="quantization_config")


def roberta_cases():
    heads = {"ForMaskedLM": hf.RobertaForMaskedLM, "ForTokenClassification": hf.RobertaForTokenClassification,
             "ForSequenceClassification": hf.RobertaForSequenceClassification,
             "ForQuestionAnswering": hf.RobertaForQuestionAnswering}
    yield from bert_like_cases(roberta, heads, "roberta")
    for padding in [0, 1, 3, 17]:
        yield roberta(f"pad_token_id {padding}", keys=dict(pad_token_id=padding))
    yield roberta("pad_token_id beyond the positions", edit=with_config(pad_token_id=33), refused="max_position")
    yield roberta("pad_token_id null", edit=with_config(pad_token_id="null"), refused="pad_token_id")
    for name, kind, config in [("XLM-RoBERTa", hf.XLMRobertaModel, hf.XLMRobertaConfig),
                               ("XLM-RoBERTa with a head", hf.XLMRobertaForSequenceClassification, hf.XLMRobertaConfig),
                               ("CamemBERT", hf.CamembertModel, hf.CamembertConfig),
                               ("CamemBERT for masks", hf.CamembertForMaskedLM, hf.CamembertConfig)]:
        yield roberta(name, kind, config)
        yield roberta(f"{name}, F16, sharded, padding 3", kind, config, keys=dict(pad_token_id=3),
                      dtype=torch.float16, shard="6KB")


def distilbert_cases():
    yield distilbert("base model")
    for name, kind in {"ForMaskedLM": hf.DistilBertForMaskedLM,
                       "ForSequenceClassification": hf.DistilBertForSequenceClassification,
                       "ForTokenClassification": hf.DistilBertForTokenClassification,
                       "ForQuestionAnswering": hf.DistilBertForQuestionAnswering}.items():
        yield distilbert(name, kind)
    for activation in ACTIVATIONS:
        yield distilbert(f"activation {activation}", keys={"activation": activation})
    yield distilbert("activation mish", keys={"activation": "mish"}, refused="activation")
    yield distilbert("sinusoidal_pos_embds", keys=dict(sinusoidal_pos_embds=True))
    yield distilbert("sinusoidal_pos_embds, not learned", keys=dict(sinusoidal_pos_embds=True), fill="small")
    yield distilbert("one head of odd width", keys=dict(dim=13, n_heads=1))
    yield distilbert("layer_norm_eps is not read", edit=with_config(layer_norm_eps=0.1))
    for fill in ["large", "huge", "outlier", "massive", "small"]:
        yield distilbert(f"{fill} weights", fill=fill)
    for dtype in [torch.float16, torch.bfloat16]:
        yield distilbert(f"{dtype}", dtype=dtype, shard="6KB")
    yield distilbert("other names of keys", edit=both(
        with_config(dim=None, n_heads=None, n_layers=None),
        with_config(hidden_size=20, num_attention_heads=5, num_hidden_layers=2)))
    yield distilbert("two names that contradict", edit=with_config(num_attention_heads=4), refused="num_attention_heads")
    yield distilbert("prefix before a base model", edit=renamed("^", "distilbert."))
    yield distilbert("position_ids stored", edit=with_tensors(
        lambda config: {"embeddings.position_ids": torch.arange(33)[None]}))


def gpt2_cases():
    yield gpt2("base model")
    for name, kind in {"LMHeadModel": hf.GPT2LMHeadModel, "DoubleHeads": hf.GPT2DoubleHeadsModel,
                       "ForSequenceClassification": hf.GPT2ForSequenceClassification,
                       "ForTokenClassification": hf.GPT2ForTokenClassification}.items():
        yield gpt2(name, kind)
    yield gpt2("LMHeadModel, untied", hf.GPT2LMHeadModel, keys=dict(tie_word_embeddings=False))
    for activation in ACTIVATIONS:
        yield gpt2(f"activation_function {activation}", keys={"activation_function": activation})
    yield gpt2("activation_function relu2", keys={"activation_function": "relu2"}, refused="activation_function")
    for inner in [1, 11, 81]:
        yield gpt2(f"n_inner {inner}", keys=dict(n_inner=inner))
    for key in ["scale_attn_by_inverse_layer_idx", "reorder_and_upcast_attn"]:
        yield gpt2(key, keys={key: True, "n_layer": 5})
    yield gpt2("scale_attn_weights false", keys=dict(scale_attn_weights=False))
    yield gpt2("all three of them", keys=dict(
        scale_attn_weights=False, scale_attn_by_inverse_layer_idx=True, reorder_and_upcast_attn=True, n_layer=5))
    yield gpt2("both scales, head of 25", keys=dict(scale_attn_by_inverse_layer_idx=True, n_embd=75, n_head=3))
    for width, heads in [(13, 1), (7, 7), (194, 2), (100, 25)]:
        yield gpt2(f"{heads} heads of {width // heads}", keys=dict(n_embd=width, n_head=heads))
    for fill in ["large", "huge", "outlier", "massive", "small"]:
        yield gpt2(f"{fill} weights", fill=fill)
        yield gpt2(f"{fill} weights, 6 blocks", fill=fill, keys=dict(n_layer=6))
    for dtype in [torch.float16, torch.bfloat16]:
        yield gpt2(f"{dtype}", dtype=dtype, shard="6KB")
    yield gpt2("masks stored as U8", edit=with_tensors(masks(torch.uint8)))
    yield gpt2("masks stored as BOOL, masked_bias", edit=with_tensors(masks(torch.bool)))
    yield gpt2("masks stored as F16", dtype=torch.float16, edit=with_tensors(masks(torch.float16)))
    yield gpt2("prefix before a base model", edit=renamed("^", "transformer."))
    yield gpt2("keys of BERT", edit=both(
        with_config(n_embd=None, n_head=None, n_layer=None, n_positions=None),
        with_config(hidden_size=20, num_attention_heads=5, num_hidden_layers=2, max_position_embeddings=33)))
    yield gpt2("only the keys of 2019", edit=with_config(
        **dict.fromkeys(["n_inner", "activation_function", "scale_attn_weights", "scale_attn_by_inverse_layer_idx",
                         "reorder_and_upcast_attn", "add_cross_attention", "use_cache"]), n_ctx=33))
    yield gpt2("layer_norm_epsilon 0.1", keys=dict(layer_norm_epsilon=0.1))
    yield gpt2("add_cross_attention", keys=dict(add_cross_attention=True), refused="add_cross_attention")
    yield gpt2("heads do not divide", edit=with_config(n_head=3), refused="n_head")
    yield gpt2("two names that contradict", edit=with_config(num_attention_heads=4), refused="num_attention_heads")


def masks(dtype):
    def make(config):
        found = {}
        for layer in range(config["n_layer"]):
            size = config["n_positions"]
            found[f"h.{layer}.attn.bias"] = torch.ones(size, size).tril()[None, None].to(dtype)
            found[f"h.{layer}.attn.masked_bias"] = torch.tensor(-1e4)
        return found
    return make


def t5_cases():
    heads = {"ForConditionalGeneration": hf.T5ForConditionalGeneration,
             "ForSequenceClassification": hf.T5ForSequenceClassification,
             "ForQuestionAnswering": hf.T5ForQuestionAnswering}
    for projection in ["relu", "gated-gelu", "gated-silu"]:
        yield t5(f"{projection}", keys=dict(feed_forward_proj=projection))
        yield t5(f"{projection}, encoder alone", hf.T5EncoderModel, keys=dict(feed_forward_proj=projection))
        for fill in ["large", "huge", "outlier", "massive", "small", "overflow"]:
            yield t5(f"{projection}, {fill} weights", fill=fill, keys=dict(feed_forward_proj=projection))
        for name, kind in heads.items():
            yield t5(f"{projection}, {name}", kind, keys=dict(feed_forward_proj=projection))
        for dtype in [torch.float16, torch.bfloat16]:
            yield t5(f"{projection}, {dtype}", dtype=dtype, shard="8KB", keys=dict(feed_forward_proj=projection))
    for activation in ACTIVATIONS:
        yield t5(f"{activation}", keys=dict(feed_forward_proj=activation))
        yield t5(f"gated-{activation}", keys=dict(feed_forward_proj=f"gated-{activation}"))
    for projection in ["mish", "gated-mish"]:
        yield t5(projection, keys=dict(feed_forward_proj=projection), refused="feed_forward_proj")
    yield t5("gated-gelu, but dense_act_fn says relu", keys=dict(feed_forward_proj="gated-gelu"),
             edit=with_config(dense_act_fn="relu"), refused="dense_act_fn")
    yield t5("relu, but is_gated_act says yes", edit=with_config(is_gated_act=True), refused="is_gated_act")
    for blocks in [1, 4]:
        yield t5(f"{blocks} decoder blocks", keys=dict(num_decoder_layers=blocks))
    yield t5("num_decoder_layers absent", edit=with_config(num_decoder_layers=None))
    for width in [1, 3, 9, 64]:
        yield t5(f"d_kv {width}", keys=dict(d_kv=width))
    for buckets, reach in [(4, 3), (4, 9), (6, 20), (7, 20), (9, 5), (31, 128), (32, 17), (33, 40), (32, 1000), (64, 100)]:
        yield t5(f"{buckets} buckets up to {reach}", keys=dict(
            relative_attention_num_buckets=buckets, relative_attention_max_distance=reach))
    for buckets, reach in [(1, 128), (2, 128), (3, 128), (32, 16), (32, 8), (8, 4)]:
        yield t5(f"{buckets} buckets up to {reach}", keys=dict(
            relative_attention_num_buckets=buckets, relative_attention_max_distance=reach), refused="relative_attention")
    yield t5("relative_attention_max_distance absent", edit=with_config(relative_attention_max_distance=None))
    yield t5("n_positions 11", edit=with_config(n_positions=11))
    yield t5("start token 5", keys=dict(decoder_start_token_id=5))
    yield t5("start token null", edit=with_config(decoder_start_token_id=None))
    yield t5("start token null, padding 7", keys=dict(pad_token_id=7), edit=with_config(decoder_start_token_id=None))
    yield t5("layer_norm_epsilon 0.01", keys=dict(layer_norm_epsilon=0.01))
    for table in ["encoder.embed_tokens", "decoder.embed_tokens"]:
        yield t5(f"table as {table}", edit=renamed(r"^shared\.", f"{table}."))
    yield t5("table as all three", edit=lambda weights, config: weights.update(
        {f"{stack}.embed_tokens.weight": weights["shared.weight"].clone() for stack in ["encoder", "decoder"]}))
    yield t5("lm_head beside a table", hf.T5ForConditionalGeneration, keys=dict(tie_word_embeddings=False))
    yield t5("bias of the cross attention", edit=with_tensors(lambda config: {
        "decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight": torch.ones(32, 5)}))
    yield t5("an encoder's tensors under an encoder-decoder's name", edit=both(
        without("^decoder"), with_config(architectures=["T5EncoderModel"])))
    yield t5("prefix before a base model", edit=renamed("^", "transformer."))
    yield t5("mT5", hf.MT5Model, hf.MT5Config)
    yield t5("mT5, defaults", hf.MT5ForConditionalGeneration, hf.MT5Config, edit=with_config(
        feed_forward_proj=None, dense_act_fn=None, is_gated_act=None, decoder_start_token_id=None))
    yield t5("mT5, encoder alone", hf.MT5EncoderModel, hf.MT5Config, dtype=torch.bfloat16)
    yield t5("mT5, ForSequenceClassification", hf.MT5ForSequenceClassification, hf.MT5Config)
    yield t5("is_decoder", edit=with_config(is_decoder=True), refused="is_decoder")


def other_cases():
    """Families that are not SpinScope's: refused by name, with a list of those that are."""
    small = dict(vocab_size=61, hidden_size=20, num_attention_heads=5, num_hidden_layers=2, intermediate_size=37)
    for config in [hf.ElectraConfig(embedding_size=20, **small), hf.MPNetConfig(**small), hf.DebertaConfig(**small),
                   hf.DebertaV2Config(**small), hf.AlbertConfig(embedding_size=20, **small), hf.LlamaConfig(**small),
                   hf.Qwen2Config(**small), hf.GPTNeoXConfig(**small), hf.ModernBertConfig(pad_token_id=0, **small),
                   hf.RobertaPreLayerNormConfig(**small), hf.XLMRobertaXLConfig(**small), hf.UMT5Config(**T5),
                   hf.OPTConfig(vocab_size=61, hidden_size=20, num_attention_heads=5, num_hidden_layers=2, ffn_dim=37),
                   hf.GPTNeoConfig(vocab_size=61, hidden_size=20, num_heads=5, num_layers=2,
                                   attention_types=[[["global", "local"], 1]]),
                   hf.GPTBigCodeConfig(**GPT2), hf.LongT5Config(**T5), hf.SwitchTransformersConfig(**T5)]:
        yield Case(f"other: {config.model_type}", lambda config=config: hf.AutoModel.from_config(config),
                   refused="roberta, t5")


def shape_cases():
    """A block or two of real models' shapes, with texts as long as they read."""
    for width, heads in [(768, 12), (1024, 16), (1280, 20), (1600, 25)]:
        yield gpt2(f"real shape, {width}", hf.GPT2LMHeadModel, keys=dict(n_embd=width, n_head=heads, n_positions=1024))
    for width, heads in [(768, 12), (1024, 16)]:
        keys = dict(hidden_size=width, num_attention_heads=heads, intermediate_size=4 * width)
        yield bert(f"real shape, {width}", keys=keys | dict(max_position_embeddings=512))
        yield roberta(f"real shape, {width}", keys=keys | dict(max_position_embeddings=514))
    yield distilbert("real shape", keys=dict(dim=768, n_heads=12, hidden_dim=3072, max_position_embeddings=512))
    for width, heads, size, neurons in [(512, 8, 64, 2048), (768, 12, 64, 3072), (512, 6, 64, 1024), (1024, 16, 64, 2816),
                                        (1024, 32, 128, 16384), (1024, 128, 128, 65536)]:
        for projection in ["relu", "gated-gelu"]:
            yield t5(f"real shape, {width}, {heads} heads, {neurons}, {projection}", fill="trained", keys=dict(
                d_model=width, num_heads=heads, d_kv=size, d_ff=neurons, feed_forward_proj=projection, num_layers=1))


def fill(model, kind, generator):
    """Gives every parameter values: `usual` keeps sizes, `small` are those of a start of training."""
    randomise(model, generator)
    for name, parameter in model.named_parameters():
        values = parameter.data
        if kind == "small":
            values.copy_(torch.randn(values.shape, generator=generator) * 0.02 + (values.dim() == 1 and "bias" not in name))
        if kind in ("large", "huge") and values.dim() == 2:
            values.copy_(torch.randn(values.shape, generator=generator) * {"large": 0.5, "huge": 1}[kind])
        # As in trained models: one channel whose gain is hundreds of times that of the others, one loud embedding.
        if kind == "outlier" and values.dim() == 1 and name.endswith("weight"):
            values[3] *= 100
        if kind == "outlier" and re.search("word_emb|wte|shared|position_emb|wpe", name):
            values[:, 5] *= 100
        # A channel in the thousands that norms turn down again.
        if kind == "massive" and re.search("wte|shared|wpe", name):
            values[:, 5] += 3000
        if kind == "massive" and values.dim() == 1 and name.endswith("weight"):
            values[5] *= 0.02
        if kind == "overflow" and name.endswith("wo.weight"):
            values *= 3e4
        # T5 does not scale its scores, so training makes queries small.
        if kind == "trained" and name.endswith("Attention.q.weight"):
            values *= values.shape[0] ** -0.25


def write_tokenizer(folder, size):
    """A tokenizer for which the text "t7 t0" has the ids 7 and 0."""
    vocabulary = {f"t{index}": index for index in range(size)}
    model = {"type": "WordPiece", "unk_token": "t0", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
             "vocab": vocabulary}
    (folder / "tokenizer.json").write_text(json.dumps({
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None,
        "pre_tokenizer": {"type": "WhitespaceSplit"}, "post_processor": None, "decoder": None, "model": model}))


def write(folder, case, seed):
    generator = torch.Generator().manual_seed(seed)
    model = case.make()
    fill(model, case.fill, generator)
    model.to(case.dtype).save_pretrained(folder, max_shard_size=case.shard)
    if case.edit:
        weights = load_file(folder / "model.safetensors")
        config = json.loads((folder / "config.json").read_text())
        case.edit(weights, config)
        save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
        (folder / "config.json").write_text(json.dumps(config, indent=2).replace('"null"', "null"))
    write_tokenizer(folder, model.config.vocab_size)


def texts(case, vocabulary):
    """No token, one, a few, as many as fit, and more; the families limit T5 to 512."""
    chance = random.Random(case.name)
    lengths = [0, 1, 2, 9, 15, 16, 17, 30, 33, 40] + ([150] if case.name.startswith("t5") else [])
    if "real shape" in case.name:
        lengths = [1, 24, 1030]
    return [[chance.randrange(vocabulary) for _ in range(length)] for length in lengths]


def spell(ids):
    return " ".join(f"t{index}" for index in ids)


def trace(program, folder, texts, output):
    return subprocess.run([program, "trace", folder, "-", "-o", output], text=True, capture_output=True,
                          input="".join(spell(ids) + "\n" for ids in texts))


def refusal(case, result):
    """What is wrong with a refusal, or None."""
    if result.returncode == 0:
        return "was run"
    if result.returncode != 4 or case.refused not in result.stderr:
        return f"code {result.returncode}: {result.stderr.strip()}"
    return None


def check(program, folder, case):
    """What is wrong with a model: a list of complaints; and the worst share of the bound."""
    given = texts(case, json.loads((folder / "config.json").read_text())["vocab_size"])
    output = folder / "trace.safetensors"
    result = trace(program, folder, given, output)
    if case.refused:
        problem = refusal(case, result)
        return [problem] if problem else [], 0
    if result.returncode:
        return [f"code {result.returncode}: {result.stderr.strip()}"], 0
    found = read_trace(output)
    ids = texts_of(found, output)
    complaints = [f"ids.{index} is not the text" for index, text in enumerate(given)
                  if ids[index] != text[:len(ids[index])] or len(ids[index]) < min(len(text), 11)]
    layers, more = compare(found, *references(folder, ids))
    # Where large weights make scores of hundreds, torch in float32 leaves the bound too.
    allowed = max(1, *(3 * row.torch_share for row in layers.values()))
    complaints += more + [f"{name}: {row.share:.2f} times the bound, torch in float32 {row.torch_share:.2f}"
                          for name, row in layers.items() if not row.share <= allowed]
    return complaints, max(row.share for row in layers.values())


def write_data(file, texts):
    file.write_text("text,label\n" + "".join(f"{spell(ids)},{ids[0] % 2}\n" for ids in texts))


def features(program, folder, texts, name, threads):
    """{text: {layer and pooling: its row}} of a fit, and the bytes of its files."""
    write_data(folder / "data.csv", texts)
    run = folder / f"{name}.spin"
    command = [program, "fit", folder, folder / "data.csv", "-o", run, "--threads", str(threads)]
    subprocess.run(command, check=True, capture_output=True)
    order = [json.loads(line)["text"] for line in (run / "texts.jsonl").read_text().splitlines()]
    rows = {text: {} for text in order}
    files = sorted((run / "features").iterdir())
    for file in files:
        for pooling, matrix in load_file(file).items():
            for text, row in zip(order, matrix):
                rows[text][f"{file.stem}.{pooling}"] = row
    return rows, [file.read_bytes() for file in files]


POOLINGS = {"first": lambda x: x[0], "last": lambda x: x[-1], "max": lambda x: x.amax(0),
            "mean": lambda x: x.double().mean(0).float()}


def pooled(trace, index):
    """The features of one text, from its trace."""
    found = {}
    for name, values in trace.items():
        if re.fullmatch(rf"(hidden|activation)\.\d+\.{index}", name):
            layer = name.removesuffix(f".{index}").replace("activation", "act")
            found |= {f"{layer}.{pooling}": pool(values) for pooling, pool in POOLINGS.items()}
    return found


def check_batches(program, folder, case):
    """Complaints where a text's features hang on what else is computed, and the worst share of the bound."""
    chance = random.Random(case.name)
    given = [[chance.randrange(61) for _ in range(chance.randint(2, 33))] for _ in range(240)]
    given = list({spell(ids): ids for ids in given}.values())
    one, files = features(program, folder, given, "one", 1)
    two, same = features(program, folder, given, "two", 2)
    mixed, _ = features(program, folder, given[::-1][:100] + [ids + ids for ids in given[:50]], "mixed", 2)
    complaints = [] if files == same else ["one thread and two give other bytes"]
    trace(program, folder, given, folder / "alone.safetensors")
    alone = read_trace(folder / "alone.safetensors")
    worst = 0
    for index, ids in enumerate(given):
        expected = pooled(alone, index)
        for others in [one, two, mixed]:
            for name, row in others.get(spell(ids), {}).items():
                share = distance(row, expected[name]) / (BOUND * max(1, expected[name].abs().max().item()))
                worst = max(worst, share)
    return complaints + ([f"{worst:.2f} of the bound away"] if worst > 0.2 else []), worst


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", help="the built program")
    parser.add_argument("--only", default="", metavar="PART", help="models whose name holds this")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="of the models, every Nth")
    parser.add_argument("--large", action="store_true", help="the real models' shapes instead, with few blocks (16 GB)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the models here")
    options = parser.parse_args()
    torch.set_num_threads(1)
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    warnings.filterwarnings("ignore")
    families = [bert_cases, roberta_cases, distilbert_cases, gpt2_cases, t5_cases, other_cases]
    cases = [case for make in ([shape_cases] if options.large else families) for case in make()]
    cases = [case for case in cases if options.only in case.name][::options.every]
    wrong, families = 0, set()
    with tempfile.TemporaryDirectory() as temporary:
        for number, case in enumerate(cases):
            folder = (options.keep or Path(temporary)) / re.sub(r"[^\w.-]+", "-", case.name)
            write(folder, case, seed=number)
            complaints, share = check(options.program, folder, case)
            print(f"{case.name}: {'WRONG' if complaints else 'refused' if case.refused else f'{share:.3f} of the bound'}")
            family = case.name.partition(":")[0]
            if not case.refused and not options.large and family not in families:
                families.add(family)
                more, share = check_batches(options.program, folder, case)
                complaints += more
                print(f"{case.name}, in batches: {'WRONG' if more else f'{share:.3f} of the bound'}")
            wrong += bool(complaints)
            for line in complaints[:5]:
                print(f"    {line}")
            if not options.keep:
                shutil.rmtree(folder)
    print(f"{len(cases)} models, {wrong} wrong")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
