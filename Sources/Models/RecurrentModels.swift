import LinearAlgebra
import Settings

func characterLSTM(_ settings: Settings) -> ModelRecipe {
    characterModel(settings, "char_lstm", .lstm)
}

func characterGRU(_ settings: Settings) -> ModelRecipe {
    characterModel(settings, "char_gru", .gru)
}

/// Makes an embedding of the characters, one or two recurrent layers, and a dense layer. The dense
/// layer is at each position or, if a sample has one class, behind the last one.
private func characterModel(
    _ settings: Settings, _ kind: String, _ cell: RecurrentCell
) -> ModelRecipe {
    let embedding = settings.integer(
        "embedding", default: 8, in: .between(1, 1_000_000), "numbers that stand for a character")
    let hidden = settings.integer(
        "hidden", default: 256, in: .between(1, 1_000_000), "units of each recurrent layer")
    let depth = settings.integer(
        "layers", default: 1, in: .between(1, 2), "recurrent layers, one on the other")
    let label = "\(kind) \(embedding)-\(hidden)\(depth == 2 ? "-\(hidden)" : "")"
    return ModelRecipe(label) { form throws(ModelError) in
        let (vocabulary, length, classes, positions) = try form.sequence(for: kind)
        var layers: [any Layer] = [
            Embedding(vocabulary: vocabulary, width: embedding, length: length)
        ]
        var width = embedding
        for _ in 0..<depth {
            layers.append(Recurrent(cell: cell, length: length, width: width, units: hidden))
            width = hidden
        }
        if positions == 1 && length > 1 {
            layers.append(LastPosition(length: length, width: hidden))
        }
        layers.append(
            Dense(
                width: hidden, units: classes, initialization: .glorot, positions: positions))
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
                "expected sequences of characters for \(model), found samples of numbers; use mlp")
        }
        guard case .classes(let classes, let positions) = target else {
            throw ModelError(
                "expected characters or classes to predict for \(model), found numbers; use another"
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
