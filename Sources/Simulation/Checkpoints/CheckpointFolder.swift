import Glibc

/// The folder `checkpoints` of a run: the two newest checkpoints and the vectors that they name.
package struct CheckpointFolder: Sendable {
    /// The name of the folder in that of a run.
    static let name = "checkpoints"

    /// A checkpoint of the folder.
    struct Entry: Equatable, Sendable {
        /// How many rounds were over.
        let rounds: UInt32
        /// The file of the vectors that it names; nil for none.
        let vectors: UInt32?
        /// The name of its file.
        var name: String { CheckpointFolder.name(rounds) }
    }

    let path: String

    /// The checkpoints of a run.
    package init(ofRun folder: String) { path = "\(folder)/\(Self.name)" }

    /// The name of a checkpoint: "round-00000050.checkpoint" after 50 rounds.
    static func name(_ rounds: UInt32) -> String {
        let digits = String(rounds)
        return "round-\(String(repeating: "0", count: max(0, 8 - digits.count)))\(digits)\(ending)"
    }

    private static let ending = ".checkpoint"

    /// How many rounds were over, by the name of a checkpoint; nil for another name.
    private static func rounds(in file: String) -> UInt32? {
        guard file.hasPrefix("round-"), file.hasSuffix(ending) else { return nil }
        return UInt32(file.dropFirst(6).dropLast(ending.count))
    }

    /// After how many rounds there are checkpoints, the newest first.
    package var rounds: [UInt32] {
        Files.names(in: path).compactMap(Self.rounds).sorted(by: >)
    }

    /// The path of a checkpoint.
    func path(_ rounds: UInt32) -> String { "\(path)/\(Self.name(rounds))" }

    /// A number that no file of vectors has yet.
    var nextVectorFile: UInt32 {
        (Files.names(in: path).compactMap(VectorFile.number).max() ?? 0) &+ 1
    }

    /// Removes checkpoints that a process did not complete before it was killed.
    func removeTemporaries() {
        for file in Files.names(in: path) where Self.isUnfinished(file) {
            unlink("\(path)/\(file)")
        }
    }

    private static func isUnfinished(_ file: String) -> Bool {
        Files.isTemporary(file) && file.hasPrefix("round-")
    }

    /// Removes all files of a run but these checkpoints and the vectors that they name, and with
    /// the last of them the folder. Files of others stay.
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
        // It fails where something is left.
        rmdir(path)
    }
}
