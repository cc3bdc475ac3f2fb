import Datasets

/// vocabulary.txt of a run: the words of a large vocabulary, one on each line, in the order of the
/// model's inputs and outputs. They would be too many for run.json.
enum VocabularyFile {
    /// The name of the file in a run's folder.
    static let name = "vocabulary.txt"

    /// The symbols that run.json names at most.
    private static let most = 256

    /// Returns the words for the file; nil if run.json names the classes, or if they have no names.
    static func words(of dataset: Dataset) -> [String]? {
        dataset.predictsSymbols && dataset.classes > most ? dataset.classNames : nil
    }

    /// Writes the file of a run that has one.
    static func write(of dataset: Dataset, in folder: String) throws {
        guard let words = words(of: dataset) else { return }
        try Files.write(
            Array(words.map { "\($0)\n" }.joined().utf8), to: "\(folder)/\(name)")
    }
}
