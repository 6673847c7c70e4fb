"""Hidden states and activations of a transformers model, read with hooks.

The other scripts import this one; it is not run by itself.

Hooks are used instead of `output_hidden_states` because that tuple replaces the last block's output by the output
of the final norm, and never holds the feed-forward activations.
"""

from dataclasses import dataclass, field

import torch
from transformers import AutoConfig, AutoModel, MT5EncoderModel, T5EncoderModel
from transformers.models.mt5.modeling_mt5 import MT5LayerNorm
from transformers.models.t5.modeling_t5 import T5LayerNorm


@dataclass(frozen=True)
class Stack:
    """Where one stack of blocks keeps what SpinScope reads; names are relative to the base model."""

    blocks: str  # the list of blocks
    down: str  # inside a block: the module that the activation enters
    final: str | None = None  # the norm after the last block
    gate: str | None = None  # inside a block, where the feed-forward is gated: the non-linearity
    up: str | None = None  # and what it is multiplied by
    prefix: str = ""  # before the names of the tensors


# A further family is one further line, keyed by `model_type` of config.json.
FAMILIES = {
    "bert": [Stack(blocks="encoder.layer", down="output.dense")],
    "roberta": [Stack(blocks="encoder.layer", down="output.dense")],
    "distilbert": [Stack(blocks="transformer.layer", down="ffn.lin2")],
    "gpt2": [Stack(blocks="h", down="mlp.c_proj", final="ln_f")],
    "t5": [
        Stack(blocks="encoder.block", down="layer.1.DenseReluDense.wo", gate="layer.1.DenseReluDense.act",
              up="layer.1.DenseReluDense.wi_1", final="encoder.final_layer_norm"),
        Stack(blocks="decoder.block", down="layer.2.DenseReluDense.wo", gate="layer.2.DenseReluDense.act",
              up="layer.2.DenseReluDense.wi_1", final="decoder.final_layer_norm", prefix="decoder."),
    ],
}
# The same equations under other names.
FAMILIES |= {"xlm-roberta": FAMILIES["roberta"], "camembert": FAMILIES["roberta"], "mt5": FAMILIES["t5"]}


def rms_norm(self, hidden):
    """T5's own computes the variance in float32 even where the model is in float64."""
    factor = torch.rsqrt(hidden.pow(2).mean(-1, keepdim=True) + self.variance_epsilon)
    return self.weight * (hidden * factor)


T5LayerNorm.forward = MT5LayerNorm.forward = rms_norm


def load(folder):
    """A folder's base model in float32, with eager attention; a T5 encoder alone stays alone."""
    config = AutoConfig.from_pretrained(folder, local_files_only=True)
    # Where this reorders the products of the attention, it computes them in float32 whatever the model is in.
    config.reorder_and_upcast_attn = False
    kinds = {"T5EncoderModel": T5EncoderModel, "MT5EncoderModel": MT5EncoderModel}
    kind = kinds.get((config.architectures or [""])[0], AutoModel)
    return kind.from_pretrained(
        folder, config=config, dtype=torch.float32, attn_implementation="eager", local_files_only=True).eval()


def family(model):
    """The stacks of a model, or ValueError with the families that are known."""
    kind = model.config.model_type
    if kind not in FAMILIES:
        raise ValueError(f"no hook points for model_type {kind!r}; known: {', '.join(sorted(FAMILIES))}")
    return [stack for stack in FAMILIES[kind] if hasattr(model.base_model, stack.blocks.partition(".")[0])]


def shifted(config, ids):
    """What a decoder reads: the text behind the start token, without its last token."""
    start = getattr(config, "decoder_start_token_id", None)
    return [config.pad_token_id if start is None else start, *ids[:-1]]


def capture(model, ids):
    """Runs one text alone and returns {"hidden.L": …, "activation.L": …, "final": …}, each [tokens, width].

    hidden.0 is what enters block 0, hidden.L what block L-1 puts out, before any final norm. A gated feed-forward has
    "gate.L", "up.L" and "product.L" too, and its activation is the gate. A decoder's names start with "decoder.".
    """
    base = model.base_model
    watch = Watch(len(ids))
    for stack in family(model):
        blocks = base.get_submodule(stack.blocks)
        watch.before(blocks[0], f"{stack.prefix}hidden.0")
        for index, block in enumerate(blocks):
            watch.feed_forward(stack, block, index)
            watch.after(block, f"{stack.prefix}hidden.{index + 1}")
        if stack.final:
            watch.after(base.get_submodule(stack.final), f"{stack.prefix}final")
    inputs = {"input_ids": torch.tensor([list(ids)])}
    if len(family(model)) > 1:
        inputs["decoder_input_ids"] = torch.tensor([shifted(model.config, list(ids))])
    try:
        with torch.no_grad():
            base(**inputs)
    finally:
        for handle in watch.handles:
            handle.remove()
    return watch.found


@dataclass
class Watch:
    """Keeps what goes into and comes out of some modules during one run."""

    tokens: int
    found: dict = field(default_factory=dict)
    handles: list = field(default_factory=list)

    def keep(self, names, value):
        value = value[0] if isinstance(value, tuple) else value
        for name in names:
            assert name not in self.found, f"{name} was seen twice in one run"
            self.found[name] = value.detach().reshape(self.tokens, -1).clone()

    def before(self, module, *names):
        self.handles.append(module.register_forward_pre_hook(
            lambda _, args, kwargs: self.keep(names, args[0] if args else kwargs["hidden_states"]), with_kwargs=True))

    def after(self, module, *names):
        self.handles.append(module.register_forward_hook(lambda _, args, output: self.keep(names, output)))

    def feed_forward(self, stack, block, index):
        down = block.get_submodule(stack.down)
        feed_forward = block.get_submodule(stack.up.rpartition(".")[0]) if stack.up else None
        if feed_forward is None or not hasattr(feed_forward, stack.up.rpartition(".")[2]):
            self.before(down, f"{stack.prefix}activation.{index}")
            return
        self.after(block.get_submodule(stack.gate), f"{stack.prefix}activation.{index}", f"{stack.prefix}gate.{index}")
        self.after(block.get_submodule(stack.up), f"{stack.prefix}up.{index}")
        self.before(down, f"{stack.prefix}product.{index}")
