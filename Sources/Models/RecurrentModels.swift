import LinearAlgebra
import Settings

func characterLSTM(_ settings: Settings) -> ModelRecipe {
    characterModel(settings, "char_lstm", .lstm)
}

func characterGRU(_ settings: Settings) -> ModelRecipe {
    characterModel(settings, "char_gru", .gru)
}

/// Reads an LSTM over words. Embedding, layers and start are those of PyTorch's example
/// word_language_model: 200 numbers a word, two layers of 200 units, embedding and output weights
/// uniform in ±0.1. The layers are those of the small model of Zaremba et al. 2014,
/// arXiv 1409.2329. Unlike both, no state goes on from one sample to the next, and there is no
/// dropout.
func wordLSTM(_ settings: Settings) -> ModelRecipe {
    let sizes = SequenceSizes(
        embedding: settings.integer(
            "embedding", default: 200, in: .between(1, 1_000_000), "numbers that stand for a word"),
        hidden: settings.integer(
            "hidden", default: 200, in: .between(1, 1_000_000), "units of each recurrent layer"),
        depth: settings.integer(
            "layers", default: 2, in: .between(1, 4), "recurrent layers, one on the other"),
        bound: 0.1)
    return sequenceModel("word_lstm", .lstm, sizes, predictsWords: true)
}

private func characterModel(
    _ settings: Settings, _ kind: String, _ cell: RecurrentCell
) -> ModelRecipe {
    let sizes = SequenceSizes(
        embedding: settings.integer(
            "embedding", default: 8, in: .between(1, 1_000_000),
            "numbers that stand for a character"),
        hidden: settings.integer(
            "hidden", default: 256, in: .between(1, 1_000_000), "units of each recurrent layer"),
        depth: settings.integer(
            "layers", default: 1, in: .between(1, 2), "recurrent layers, one on the other"))
    return sequenceModel(kind, cell, sizes, predictsWords: false)
}

/// The sizes of a model of sequences.
private struct SequenceSizes {
    let embedding: Int
    let hidden: Int
    let depth: Int
    /// The bound of the weights of the first and the last layer; nil: each layer's own start.
    var bound: Double?
}

/// Makes an embedding of the symbols, recurrent layers, and a dense layer. The dense layer is at
/// each position or, if a sample has one class, behind the last one.
private func sequenceModel(
    _ kind: String, _ cell: RecurrentCell, _ sizes: SequenceSizes, predictsWords: Bool
) -> ModelRecipe {
    let widths = [sizes.embedding] + [Int](repeating: sizes.hidden, count: sizes.depth)
    let label = "\(kind) \(widths.map(String.init).joined(separator: "-"))"
    return ModelRecipe(label, predictsWords: predictsWords) { form throws(ModelError) in
        let (vocabulary, length, classes, positions) = try form.sequence(for: kind)
        var layers: [any Layer] = [
            Embedding(
                vocabulary: vocabulary, width: sizes.embedding, length: length, bound: sizes.bound)
        ]
        for (width, units) in zip(widths, widths.dropFirst()) {
            layers.append(Recurrent(cell: cell, length: length, width: width, units: units))
        }
        if positions == 1 && length > 1 {
            layers.append(LastPosition(length: length, width: sizes.hidden))
        }
        layers.append(
            Dense(
                width: sizes.hidden, units: classes,
                initialization: sizes.bound.map { .uniform($0) } ?? .glorot, positions: positions))
        return Network(layers, loss: .crossEntropy(positions: positions))
    }
}

extension SampleForm {
    /// Returns the sizes of samples that are sequences of symbols, with a class at each position or
    /// one for the whole.
    fileprivate func sequence(
        for model: String
    ) throws(ModelError) -> (vocabulary: Int, length: Int, classes: Int, positions: Int) {
        guard let vocabulary, shape.count == 1, features >= 1 else {
            throw ModelError(
                "expected sequences of symbols for \(model), found samples of numbers; use mlp")
        }
        guard case .classes(let classes, let positions) = target else {
            throw ModelError(
                "expected symbols or classes to predict for \(model), found numbers; use another"
                    + " data set")
        }
        guard positions == 1 || positions == features else {
            throw ModelError(
                "expected 1 or \(features) targets per sample for \(model), found \(positions); use"
                    + " another data set")
        }
        return (vocabulary, features, classes, positions)
    }
}
