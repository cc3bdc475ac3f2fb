import Glibc

/// The folder `checkpoints` of a run, with the two newest checkpoints and their vectors.
package struct CheckpointFolder: Sendable {
    /// The name of the folder in that of a run.
    static let name = "checkpoints"

    /// A checkpoint of the folder.
    struct Entry: Equatable, Sendable {
        /// The number of rounds that were complete.
        let rounds: UInt32
        /// The number of the vector file that it names; nil for none.
        let vectors: UInt32?
        /// The name of the file.
        var name: String { CheckpointFolder.name(rounds) }
    }

    let path: String

    /// Creates the value for the folder of a run. Nothing is created on the disk.
    package init(ofRun folder: String) { path = "\(folder)/\(Self.name)" }

    /// Returns the name of a checkpoint: "round-00000050.checkpoint" after 50 rounds.
    static func name(_ rounds: UInt32) -> String {
        let digits = String(rounds)
        return "round-\(String(repeating: "0", count: max(0, 8 - digits.count)))\(digits)\(ending)"
    }

    private static let ending = ".checkpoint"

    /// Returns the rounds in the name of a checkpoint; nil for a name of another kind.
    private static func rounds(in file: String) -> UInt32? {
        guard file.hasPrefix("round-"), file.hasSuffix(ending) else { return nil }
        return UInt32(file.dropFirst(6).dropLast(ending.count))
    }

    /// The numbers of rounds after which there are checkpoints, the newest first.
    package var rounds: [UInt32] {
        Files.names(in: path).compactMap(Self.rounds).sorted(by: >)
    }

    /// Returns the path of a checkpoint.
    func path(_ rounds: UInt32) -> String { "\(path)/\(Self.name(rounds))" }

    /// The first number that no vector file has yet.
    var nextVectorFile: UInt32 {
        (Files.names(in: path).compactMap(VectorFile.number).max() ?? 0) &+ 1
    }

    /// Removes the checkpoints that killed processes did not complete.
    func removeTemporaries() {
        for file in Files.names(in: path) where Self.isUnfinished(file) {
            unlink("\(path)/\(file)")
        }
    }

    private static func isUnfinished(_ file: String) -> Bool {
        Files.isTemporary(file) && file.hasPrefix("round-")
    }

    /// Removes all files of a run but these checkpoints and the vectors that they name. Other files
    /// stay, and so does the folder unless it is empty.
    func removeAll(but kept: [Entry]) {
        for file in Files.names(in: path) {
            let isOfRun: Bool
            if let rounds = Self.rounds(in: file) {
                isOfRun = !kept.contains { $0.rounds == rounds }
            } else if let number = VectorFile.number(in: file) {
                isOfRun = !kept.contains { $0.vectors == number }
            } else {
                isOfRun = Self.isUnfinished(file)
            }
            if isOfRun { unlink("\(path)/\(file)") }
        }
        // This fails if something is left in it.
        rmdir(path)
    }
}
