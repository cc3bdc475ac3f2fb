import Foundation

extension Oracle {
    /// The oracles of Tests/Oracles that families of runs are replayed from: what follows the
    /// family's name in the names of its files. A house test compares it with the folder.
    package static let families: [String: [String]] = [
        "clarke": ["mlp", "quadratic", "softmax"],
        "deriv": [
            "cnn-same", "cnn-stride", "cnn-valid", "gru", "lstm", "mlp-relu", "mlp-sigmoid",
            "mlp-tanh", "resnet", "softmax", "word-lstm",
        ],
        "edge": ["dead-coordinate", "optimum"],
        "fl": ["mlp", "softmax"],
        "gdtuo": ["mlp", "rosenbrock", "softmax"],
        "hd": ["mlp", "quadratic", "rosenbrock", "softmax"],
        "local": ["mlp", "quadratic", "softmax"],
        "marthe": ["mlp", "quadratic", "rosenbrock", "softmax"],
        "unrolled": ["mlp", "quadratic", "rosenbrock", "softmax"],
        "zeroth": ["quadratic", "softmax"],
    ]

    /// The folder that the environment variable `HYPERFED_ORACLES` names, in place of the
    /// project's own.
    private static var otherFolder: String? {
        ProcessInfo.processInfo.environment["HYPERFED_ORACLES"]
    }

    /// The files of a family, such as "deriv", sorted by name.
    ///
    /// Of the project's own folder they are the files of `families`. A file that is missing is in
    /// the list too, so that the test that opens it fails. The same holds for a family that another
    /// folder does not have.
    package static func paths(family: String) -> [String] {
        guard let otherFolder else {
            return (families[family] ?? ["unknown"]).map {
                "\(SourceTree.root)/Tests/Oracles/\(family)-\($0).json"
            }
        }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: otherFolder)) ?? []
        let found = names.filter { $0.hasPrefix("\(family)-") && $0.hasSuffix(".json") }.sorted()
        return (found.isEmpty ? ["\(family)-none.json"] : found).map { "\(otherFolder)/\($0)" }
    }
}
