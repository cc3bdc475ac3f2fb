import Bytes
import Federation
import Reporting
import Simulation
import Testing

/// A saved state is a file, and files get damaged.
@Suite struct `Damaged run states` {
    /// A small state with every part in it: clients' vectors, a correction, momentum.
    private static func prepared(_ seed: Int = 7) throws -> PreparedRun {
        try prepare(
            scenario(
                rounds: 3, server: "{ kind: tower, levels: [{ kind: adam }] }",
                client: "{ kind: delta_sgd, carry: all }"
            ).replacing("seed: 7", with: "seed: \(seed)"),
            overrides: [
                ("server.optimizer", "{ kind: sgd, momentum: 0.9 }"),
                ("training.correction", "scaffold"),
                ("data.dataset.features", "1"), ("data.dataset.classes", "2"),
                ("clients.count", "3"), ("clients.per_round", "2"),
            ])
    }

    private static func sealed(_ prepared: PreparedRun) throws -> [UInt8] {
        var world = try InMemoryWorld(prepared, cache: try testCache(), watchesSignals: false)
        var recorder = Recorder()
        var loop = CoordinatorLoop(prepared, RunState(prepared), launches: true)
        _ = try loop.run(until: 2, processes: 1, in: &world, observer: &recorder)
        return loop.state.sealed()
    }

    private func message(_ prepared: PreparedRun, _ bytes: [UInt8]) -> String? {
        var state = RunState(prepared)
        do {
            try state.restore(sealed: bytes)
            return nil
        } catch {
            return "\(error)"
        }
    }

    private static func checksum(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var hash = ContentHash()
        hash.add(Array(bytes))
        var writer = ByteWriter()
        writer.write(hash.value)
        return writer.bytes
    }

    @Test func `missing bytes and flipped bits are errors`() throws {
        let prepared = try Self.prepared()
        let bytes = try Self.sealed(prepared)
        try #require(message(prepared, bytes) == nil && bytes.count > 500)
        for count in 0..<bytes.count {
            try #require(message(prepared, Array(bytes[..<count])) != nil, "\(count) bytes")
        }
        try #require(message(prepared, bytes + [0]) != nil)
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= 1 << UInt8(index % 8)
            try #require(message(prepared, damaged) != nil, "byte \(index)")
        }
    }

    /// The checksum finds accidents. Behind it, no value of any byte may end the process.
    @Test func `no byte behind a good checksum is a trap`() throws {
        let prepared = try Self.prepared()
        let bytes = try Self.sealed(prepared)
        var refused = 0
        for index in 0..<bytes.count - 8 {
            for value: UInt8 in [0, 1, 0x7F, 0x80, 0xFF] {
                var forged = Array(bytes.dropLast(8))
                forged[index] = value
                forged += Self.checksum(forged[...])
                if message(prepared, forged) != nil { refused += 1 }
            }
        }
        #expect(refused > 300)
    }

    @Test func `a state of something else is refused in words`() throws {
        let prepared = try Self.prepared()
        let bytes = try Self.sealed(prepared)
        let other = try #require(message(try Self.prepared(8), bytes))
        #expect(other.hasPrefix("expected a run state of the scenario with the digest "))
        #expect(other.hasSuffix("; continue with the scenario and the data of that run"))
        #expect(
            message(prepared, Array("scenario: 1\n".utf8))
                == "expected a saved run state, found 12 bytes of another kind; name a state that"
                + " hyperfed has saved")
        var newer = bytes
        newer[8] = 200
        #expect(
            message(prepared, newer)
                == "expected the format 2, found 200; start the run anew")
        var damaged = bytes
        damaged[bytes.count / 2] ^= 4
        #expect(
            message(prepared, damaged)
                == "expected a whole run state, found one with another checksum, since bytes are"
                + " missing or changed; use an earlier state, or start the run anew")
    }
}
