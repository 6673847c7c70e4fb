import Tensors
import Tokenizers
import Transformers

/// Where in a text a neuron fires: its value at every token, and the strongest of every word.
///
/// It says where the neuron fired, not which word caused it: a token's value depends on the tokens
/// around it.
public struct NeuronTrace: Sendable, Equatable {
  /// Those that it reads: a decoder's neuron its start, and not the text's last token.
  public var words: [Word]
  /// The value at every position.
  public var tokens: [Float]
  /// Of each word's token values, the one furthest from 0.
  public var wordValues: [Float]
  /// The pooled value.
  public var pooled: Float
}

/// Reads single neurons of a run's model in single texts.
public struct NeuronReader: Sendable {
  private let model: any Transformer
  private let tokenizer: Tokenizer

  /// Reads the model of an explainer.
  public init(_ explainer: Explainer) {
    model = explainer.model
    tokenizer = explainer.tokenizer
  }

  /// Reads one neuron in one text; blocks above it are not run.
  public func trace(_ neuron: NeuronAddress, _ pooling: Pooling, in text: String) -> NeuronTrace {
    let encoding = tokenizer.encode(text, maxLength: model.shape.maxTokens)
    let stacks = model.shape.stacks(readingDecoder: true)
    var tap = NeuronTap([neuron])
    var workspace = Workspace()
    model.forward(
      Batch([encoding.ids]), blocks: stacks.blocksNeeded(neuron.layerAddress),
      workspace: &workspace, workers: availableWorkers(), tap: &tap)
    let tokens = tap.tokens(0)
    let stack = neuron.representation.stack
    let words = ((stack == .decoder ? [.decoderStart] : []) + Word.all(of: encoding, text))
      .filter { stack == .encoder || !$0.positions(in: stack, of: tokens.count).isEmpty }
    return NeuronTrace(
      words: words, tokens: tokens,
      wordValues: words.map { word in
        tokens[word.positions(in: stack, of: tokens.count)].max { abs($0) < abs($1) } ?? 0
      },
      pooled: pooling.pool(tokens[...]))
  }
}
