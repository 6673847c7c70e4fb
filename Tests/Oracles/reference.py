"""Hidden states and activations of a transformers model, read with hooks.

The other scripts import this one; it is not run by itself.

Hooks are used instead of `output_hidden_states` because that tuple replaces the last block's output by the output
of the final norm, and never holds the feed-forward activations.
"""

from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class HookPoints:
    """Where a family of models keeps what SpinScope reads; names are relative to the base model."""

    blocks: str  # the list of blocks
    down: str  # inside a block: the module that the activation enters
    final: str | None = None  # the norm after the last block


# A further family is one further line, keyed by `model_type` of config.json.
FAMILIES = {
    "bert": HookPoints(blocks="encoder.layer", down="output.dense"),
    "roberta": HookPoints(blocks="encoder.layer", down="output.dense"),
    "distilbert": HookPoints(blocks="transformer.layer", down="ffn.lin2"),
    "gpt2": HookPoints(blocks="h", down="mlp.c_proj", final="ln_f"),
}


def family(model):
    """The hook points of a model, or ValueError with the families that are known."""
    kind = model.config.model_type
    if kind not in FAMILIES:
        raise ValueError(f"no hook points for model_type {kind!r}; known: {', '.join(sorted(FAMILIES))}")
    return FAMILIES[kind]


def capture(model, ids):
    """Runs one text alone and returns {"hidden.L": …, "activation.L": …, "final": …}, each [tokens, width].

    hidden.0 is what enters block 0, hidden.L what block L-1 puts out, before any final norm.
    """
    points, base = family(model), model.base_model
    blocks = base.get_submodule(points.blocks)
    found, handles = {}, []

    def keep(name, value):
        value = value[0] if isinstance(value, tuple) else value
        assert name not in found, f"{name} was seen twice in one run"
        found[name] = value.detach().reshape(len(ids), -1).clone()

    def before(module, name):
        handles.append(module.register_forward_pre_hook(
            lambda _, args, kwargs: keep(name, args[0] if args else kwargs["hidden_states"]), with_kwargs=True))

    def after(module, name):
        handles.append(module.register_forward_hook(lambda _, args, output: keep(name, output)))

    before(blocks[0], "hidden.0")
    for index, block in enumerate(blocks):
        before(block.get_submodule(points.down), f"activation.{index}")
        after(block, f"hidden.{index + 1}")
    if points.final:
        after(base.get_submodule(points.final), "final")
    try:
        with torch.no_grad():
            base(input_ids=torch.tensor([list(ids)]))
    finally:
        for handle in handles:
            handle.remove()
    return found
