"""What a reader of the model's folder must know."""

CARD = """---
license: apache-2.0
language: en
tags: [gpt2, spinscope]
---

# A small GPT-2 of reviews

The model of SpinScope's built-in demo: {parameters:.1f} million parameters in {blocks} blocks of width
{width}, byte-level BPE of {vocabulary:,} entries, lower case, F16. It is made to be looked into, not to
write: as a language model it is weak.

- **Data**: the train splits of SST-2 and IMDb with their sentiments, of AG News and TREC as language
  only; none of their rows is here.
- **Objective**: next token, plus {sentiment:g} times sentiment from the mean of hidden state {opinion}. So the
  states know sentiment because they were taught it, most of all around there: compare with a model
  that was not, before you conclude that language alone did it.
- **Training**: {tokens:.1f} million tokens in {steps:,} steps, {minutes:.0f} minutes on {hardware};
  `Tests/Training/train_demo_model.py`.
- **Scores** on SST-2's dev split, which was watched but chose nothing: sentiment {accuracy:.1%} of {texts} (by the layer
  that was thrown away), next-token loss {loss:.2f} nats a token (perplexity {perplexity:.0f}).
- **Limits**: English, short texts, opinions of films above all; negation and irony are often missed;
  texts of the web bring the web's prejudices.
"""


def write_card(folder, **facts):
    """Writes `README.md` of a model's folder."""
    (folder / "README.md").write_text(CARD.format(**facts), encoding="utf-8")
