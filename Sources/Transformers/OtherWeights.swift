/// Files of weights that are not read, and what a user can do about each.
public enum OtherWeights: String, Sendable, CaseIterable {
  /// PyTorch's, a Python pickle, which can run code when it is read.
  case pickle = "pytorch_model"
  /// What PEFT trained beside a model, such as LoRA's factors.
  case adapter = "adapter_model"
  case tensorFlow = "tf_model"
  case flax = "flax_model"
  case gguf = ".gguf"
  case onnx = ".onnx"

  /// The problem of a folder that holds such a file instead of safetensors; nil if none is among
  /// `names`.
  static func problem(of names: [String]) -> ModelError.Problem? {
    for format in allCases {
      let name = format.rawValue
      if let file = names.first(where: { $0.hasPrefix(name) || $0.hasSuffix(name) }) {
        return .otherFormat(format, file: file)
      }
    }
    return nil
  }

  /// What the file is and what to do, to follow its name.
  var advice: String {
    switch self {
    case .pickle:
      "a Python pickle, which can run code when read; convert it, if you trust it: "
        + "python -c 'import sys, transformers as t; f = sys.argv[1]; "
        + "m = getattr(t, t.AutoConfig.from_pretrained(f).architectures[0]).from_pretrained(f); "
        + "m.save_pretrained(f)' FOLDER"
    case .adapter:
      "which only adapts another model; merge the two with merge_and_unload of peft"
    case .tensorFlow: "of TensorFlow; convert it with from_tf=True of transformers 4"
    case .flax: "of Flax; convert it with from_flax=True of transformers 4"
    case .gguf, .onnx: "made from safetensors; take the checkpoint that it was made from"
    }
  }
}
