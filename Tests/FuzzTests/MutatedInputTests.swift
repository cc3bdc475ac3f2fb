import Foundation
import FuzzTargets
import TestSupport
import Testing

/// Mutated inputs for every reader, the same ones each time. `HYPERFED_FUZZ_INPUTS` sets another
/// number of inputs for each reader, and `HYPERFED_FUZZ_READERS` chooses some readers.
@Suite struct `Mutated inputs` {
    private static let inputs =
        ProcessInfo.processInfo.environment["HYPERFED_FUZZ_INPUTS"].flatMap { Int($0) } ?? 5_000
    private static let readers =
        ProcessInfo.processInfo.environment["HYPERFED_FUZZ_READERS"]
        .map { $0.split(separator: ",").map(String.init) } ?? FuzzTarget.names
    private static let seed: UInt64 = 1
    /// How much memory a reader may need more than it needs for good inputs, in bytes. The check of
    /// a partition needs a bit for each sample, of which there can be 2^31.
    private static let growth = 320 << 20

    @Test(arguments: readers)
    func `crash no reader and are refused in words`(name: String) async throws {
        let folder = try TemporaryFolder()
        let (path, inputs) = (try folder.write("last", ""), Self.inputs)
        let result = await #expect(processExitsWith: .success) {
            [name = name as String, path = path as String, inputs = inputs as Int] in
            try Self.read(name, inputs, lastInput: path)
        }
        let last = folder.text("last")
        #expect(result != nil, "reader \(name), seed \(Self.seed), input \(last)")
        guard inputs >= 10_000 else { return }
        // Inputs that are all refused, or all accepted, would test nothing.
        let accepted = try #require(Int(last.split(separator: " ").last ?? ""))
        #expect(accepted > 0 && accepted < inputs, "\(accepted) of \(inputs) inputs accepted")
    }

    @Test func `are the same ones each time`() throws {
        let target = try #require(try FuzzTarget.named("partitions"))
        func inputs(seed: UInt64) -> [[UInt8]] {
            var mutator = Mutator(target, seed: seed)
            return (0..<50).map { _ in mutator.next() }
        }
        let first = inputs(seed: 5)
        #expect(first == inputs(seed: 5))
        #expect(first != inputs(seed: 6))
        #expect(Set(first).count > 40)
    }

    @Test func `have a reader for each name`() throws {
        for name in FuzzTarget.names {
            let target = try #require(try FuzzTarget.named(name))
            #expect(target.name == name)
            #expect(target.seeds.contains { target.accepts($0) }, "\(name) accepts a good input")
        }
    }

    /// Reads mutated inputs in a process of its own, and writes which one is read.
    private static func read(_ name: String, _ inputs: Int, lastInput: String) throws {
        let target = try #require(try FuzzTarget.named(name))
        var mutator = Mutator(target, seed: seed)
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: lastInput))
        for seed in target.seeds { _ = target.accepts(seed) }
        let before = peakMemory()
        var accepted = 0
        for index in 0..<inputs {
            try file.seek(toOffset: 0)
            try file.write(contentsOf: Data("\(index), accepted \(accepted)".utf8))
            let input = mutator.next()
            if target.accepts(input) {
                accepted += 1
                mutator.keep(input)
            }
        }
        try file.seek(toOffset: 0)
        try file.write(contentsOf: Data("\(inputs), accepted \(accepted)".utf8))
        let grown = peakMemory() - before
        precondition(grown <= growth, "\(name) grew by \(grown) bytes")
    }

    /// The most memory that this process has needed so far, in bytes.
    private static func peakMemory() -> Int {
        let line = ProcessTable.status(of: getpid()).split(separator: "\n")
            .first { $0.hasPrefix("VmHWM:") }
        return
            (line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0)
            << 10
    }
}
