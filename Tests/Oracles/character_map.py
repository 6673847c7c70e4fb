"""SentencePiece's precompiled character maps, made and wrapped for Hugging Face `tokenizers`."""

import base64
import json
from array import array

from tokenizers import Tokenizer


def encode(entries):
    """The bytes of a map: a double-array trie after Darts-clone, then the replacements.

    Each inner node gets a block of 256 units of its own, which wastes some of them.
    """
    replacements, starts, trie = b"", {}, {}
    for key, value in sorted(entries.items()):
        if value not in starts:
            starts[value] = len(replacements)
            replacements += value.encode() + b"\0"
        node = trie
        for byte in key.encode():
            node = node.setdefault(byte, {})
        node["value"] = starts[value]
    units = array("I", bytes(4 * 256))
    leaves, leaf_blocks = {}, []

    def grow():
        units.extend([0] * 256)
        return len(units) - 256

    def leaf(value, low):
        """A unit for a value, at a place whose last eight bits are given."""
        if (value, low) not in leaves:
            block = next((block for block in leaf_blocks if not units[block | low]), None)
            if block is None:
                block = grow()
                leaf_blocks.append(block)
            units[block | low] = 1 << 31 | value
            leaves[value, low] = block
        return leaves[value, low]

    def place(node, position):
        """Gives the children of the node at a position a block, and returns its unit's bits."""
        children = {byte: child for byte, child in node.items() if byte != "value"}
        block = grow() if children else leaf(node["value"], position & 0xFF)
        base = block | position & 0xFF
        if children and "value" in node:
            units[base] = 1 << 31 | node["value"]
        for byte, child in children.items():
            units[base ^ byte] = byte | place(child, base ^ byte)
        return (position & ~0xFF ^ block) << 2 | 1 << 9 | ("value" in node) << 8

    units[0] = place(trie, 0)
    return (4 * len(units)).to_bytes(4, "little") + units.tobytes() + replacements


def normalizer(entries):
    """A `Precompiled` normalizer with a map."""
    stage = {"type": "Precompiled", "precompiled_charsmap": base64.b64encode(encode(entries)).decode()}
    model = {"type": "Unigram", "unk_id": 0, "vocab": [["u", 0.0]]}
    return Tokenizer.from_str(json.dumps({"version": "1.0", "normalizer": stage, "model": model})).normalizer
