/// A run's head in Python, for those who have its pooled features or their own.
enum HeadLoader {
  /// What `classify` answers for the texts of a run, with numpy and safetensors alone.
  static let python = """
    import functools, json, numpy as np
    from safetensors.numpy import load_file

    def classify(run, features=None):  # probabilities [texts, classes]; texts as in texts.jsonl
        folder = features or f"{run}/features"  # act.4.safetensors: one tensor [texts, neurons] a pooling
        head, scores = (json.load(open(f"{run}/{name}.json")) for name in ("head", "scores"))
        weights = load_file(f"{run}/head.safetensors")
        layer = functools.cache(lambda name: load_file(f"{folder}/{name}.safetensors")[head["pooling"]])
        places = (a.replace("A", "act.").replace("H", "hidden.").replace("D", "decoder.").rsplit(".", 1) for a in head["neurons"])
        x = np.stack([layer(name)[:, int(column)] for name, column in places], 1).astype(np.float64)
        z = x @ weights["coef"].T + weights["intercept"]  # log-odds as fitted; of two classes those of the second
        z /= scores["temperature"]["value"]  # from validation: probabilities are honest, labels stay
        if len(head["classes"]) == 2: return 1 / (1 + np.exp(np.hstack([z, -z])))
        p = np.exp(z - z.max(1, keepdims=True)) if head["scheme"] == "softmax" else 1 / (1 + np.exp(-z))
        return p / p.sum(1, keepdims=True)
    """
}
