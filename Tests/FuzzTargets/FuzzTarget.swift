/// One reader of bytes that others may have written, ready for mutated inputs.
package struct FuzzTarget: Sendable {
    /// The name on the command line.
    package let name: String
    /// Good inputs, from which mutated ones are made. Not empty.
    package let seeds: [[UInt8]]
    /// Words that mean something to the reader.
    package let words: [String]
    private let body: @Sendable ([UInt8]) throws -> Void

    /// - Parameter read: reads an input. It throws if the reader refuses the input, and traps if
    ///   the reader breaks a promise.
    package init(
        _ name: String, seeds: [[UInt8]], words: [String] = [],
        read: @escaping @Sendable ([UInt8]) throws -> Void
    ) {
        (self.name, self.seeds, self.words, body) = (name, seeds, words, read)
    }

    /// Reads an input and returns whether the reader accepted it.
    ///
    /// A refusal must be a sentence of bounded length.
    package func accepts(_ input: [UInt8]) -> Bool {
        do {
            try body(input)
            return true
        } catch {
            let words = "\(error)".utf8.count
            precondition(words > 0 && words < 100_000, "a refusal of \(words) bytes")
            return false
        }
    }
}

extension FuzzTarget {
    /// The names of all targets.
    package static let names = makers.map(\.name)

    /// Makes the target of this name, with the files that it needs; nil for another name.
    package static func named(_ name: String) throws -> FuzzTarget? {
        try makers.first { $0.name == name }?.make()
    }

    private static let makers: [(name: String, make: @Sendable () throws -> FuzzTarget)] = [
        ("messages", messages), ("sums", sums), ("scenarios", scenarios), ("idx", idx),
        ("cifar", cifar),
        ("tables", tables), ("sparse-rows", sparseRows), ("arrays", arrays), ("leaf", leaf),
        ("pictures", pictures), ("texts", texts), ("words", words),
        ("gzip", gzip), ("partitions", partitions),
        ("cached-data", cachedData), ("cached-partitions", cachedPartitions),
        ("checkpoints", checkpoints), ("vectors", vectors), ("run-files", runFiles),
        ("round-tables", roundTables), ("comparisons", comparisons),
        ("client-tables", clientTables), ("keys", keys),
    ]
}
