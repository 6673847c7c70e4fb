"""Makes what transformers computes while some neurons are held at given values, for the tests of `Tap.patch`.

    python make_silencing_fixtures.py ../Fixtures/models

writes `silenced.safetensors` beside every model of `make_model_fixtures.py`: the tensors of its `expected.safetensors`
for two passes over one text. In pass 0 two activations of the middle block are held at every token, in pass 1 two
dimensions of hidden state 1. `held.I` has a row [layer, index, value] for each of the two, F32 [2, 3].

Forward hooks change the values; they are computed in float64 and rounded to F32 once.
Needs: torch, transformers, safetensors.
"""

import argparse
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from transformers.utils import logging

from reference import capture, family, load


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", type=Path, help="folder of model folders")
    torch.set_num_threads(1)
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    for folder in sorted(parser.parse_args().models.iterdir()):
        expected = load_file(folder / "expected.safetensors")
        texts = [expected[name].tolist() for name in sorted(expected) if name.startswith("ids.")]
        ids = min((text for text in texts if len(text) > 4), key=len)
        tensors = {}
        for index, hold in enumerate([hold_activations, hold_hidden]):
            model = load(folder).double()
            held = hold(model)
            values = capture(model, ids)
            tensors |= {f"{name}.{index}": value.float().contiguous() for name, value in values.items()}
            tensors |= {f"ids.{index}": torch.tensor(ids), f"held.{index}": torch.tensor(held, dtype=torch.float32)}
        save_file(tensors, folder / "silenced.safetensors")
        (folder / "silenced.safetensors").chmod(0o644)  # safetensors leaves it readable by its owner alone


def hold_activations(model):
    """Holds two activations of the encoder's, or the only stack's, middle block."""
    stack = family(model)[0]
    blocks = model.base_model.get_submodule(stack.blocks)
    layer = (len(blocks) - 1) // 2
    neurons = [(1, 0.75), (4, -0.5)]
    is_gated = getattr(model.config, "is_gated_act", False)
    if is_gated:
        blocks[layer].get_submodule(stack.gate).register_forward_hook(
            lambda _, args, output: held(output, neurons))
    else:
        blocks[layer].get_submodule(stack.down).register_forward_pre_hook(
            lambda _, args: (held(args[0], neurons), *args[1:]))
    return [[layer, index, value] for index, value in neurons]


def hold_hidden(model):
    """Holds two dimensions of what block 0 puts out."""
    block = model.base_model.get_submodule(family(model)[0].blocks)[0]
    neurons = [(0, 0.5), (7, -0.25)]

    def hook(_, args, output):
        if isinstance(output, tuple):
            return (held(output[0], neurons), *output[1:])
        return held(output, neurons)

    block.register_forward_hook(hook)
    return [[1, index, value] for index, value in neurons]


def held(values, neurons):
    """A copy of [..., width] in which some columns have one value."""
    values = values.clone()
    for index, value in neurons:
        values[..., index] = value
    return values


if __name__ == "__main__":
    main()
