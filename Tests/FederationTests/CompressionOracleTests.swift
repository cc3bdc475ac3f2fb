import Federation
import RandomStreams
import Settings
import TestSupport
import Testing

/// Packed forms and error feedback, against Scripts/yardsticks/compression.py.
@Suite struct `Compression as NumPy computes it` {
    static let oracle = Result {
        try Oracle(path: "\(SourceTree.root)/Tests/Oracles/compression.json")
    }

    private static func floats(_ node: Oracle.Node) -> [Float] { node.numbers.map { Float($0) } }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    @Test func `has every kind`() throws {
        let kinds = try Self.oracle.get()["cases"].list.map { $0["kind"].text }
        for kind in updateCompressions.map(\.kind) where kind != "none" {
            #expect(kinds.count { $0 == kind || $0.contains("kind: \(kind)") } >= 5, "\(kind)")
        }
    }

    @Test(arguments: 0..<9) func `has the same packed bytes`(kind: Int) throws {
        let cases = try Self.oracle.get()["cases"].list
        #expect(cases.count == 45)
        for found in cases.dropFirst(5 * kind).prefix(5) {
            let compression = try compression(found["kind"].text)
            let key = RandomKey(
                seed: try #require(UInt64(found["seed"].text)), .compression,
                client: UInt32(found["client"].number), round: UInt32(found["round"].number))
            let packed = PackedVector(Self.floats(found["x"]), compression, key)
            #expect(Self.hexadecimal(packed.bytes) == found["packed"].text)
            #expect(packed.arrives == Self.floats(found["arrives"]))
        }
    }

    /// p = Δ + e, Δ' = C(p), e ← p − Δ', step by step.
    @Test(arguments: 0..<3) func `has the same error feedback`(index: Int) throws {
        let runs = try Self.oracle.get()["feedback"].list
        try #require(runs.count == 3)
        let compression = try compression(runs[index]["kind"].text)
        var error = [Float](repeating: 0, count: 40)
        for (round, step) in runs[index]["steps"].list.enumerated() {
            let p = zip(Self.floats(step["update"]), error).map { $0 + $1 }
            let key = RandomKey(seed: 5, .compression, client: 2, round: UInt32(round))
            let arrives = PackedVector(p, compression, key).arrives
            #expect(arrives == Self.floats(step["arrives"]))
            error = zip(p, arrives).map { $0 - $1 }
        }
        #expect(error == Self.floats(runs[index]["error"]))
        #expect(error.contains { $0 != 0 })
    }
}
