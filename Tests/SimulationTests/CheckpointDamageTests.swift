import Bytes
import Federation
import RandomStreams
import Simulation
import TestSupport
import Testing

/// Checkpoints are files, and files get damaged: each is read whole or not at all.
@Suite struct `Damaged checkpoints` {
    private let folder: TemporaryFolder
    private let prepared: PreparedRun

    /// A small state with every part in it: clients' vectors, a correction, momentum.
    init() throws {
        folder = try TemporaryFolder()
        prepared = try prepare(
            scenario(
                rounds: 5, server: "{ kind: tower, levels: [{ kind: adam }] }",
                client: "{ kind: delta_sgd, carry: all }"),
            overrides: [
                ("server.optimizer", "{ kind: sgd, momentum: 0.9 }"),
                ("training.correction", "scaffold"), ("checkpoint.every", "2"),
                ("data.dataset.features", "1"), ("data.dataset.classes", "2"),
                ("clients.count", "3"), ("clients.per_round", "2"),
            ])
        _ = try Simulation.run(
            prepared, RunOptions(folder: folder.path("run"), quiet: true, inProcess: true),
            cache: try testCache())
    }

    private static let (newest, older) = (
        "run/checkpoints/round-00000005.checkpoint", "run/checkpoints/round-00000004.checkpoint"
    )

    /// After how many rounds the run would go on, and from which bytes; nil where it is refused.
    private func resumption() throws -> (rounds: Int, state: [UInt8])? {
        do {
            var found = try Resumption(
                folder.path("run"), prepared, stretchesSchedules: false)
            let rounds = found.rounds
            let state = found.takeState(prepared)
            return (rounds, state.sealed())
        } catch is UsageError {
            return nil
        }
    }

    @Test func `are as the run has left them when nothing is damaged`() throws {
        #expect(
            folder.names(in: "run/checkpoints") == [
                "clients-1.vectors", "round-00000004.checkpoint", "round-00000005.checkpoint",
            ])
        #expect(try resumption()?.rounds == 5)
    }

    /// Runs on from whatever can be used, and compares with a run that was never damaged.
    private func expectTheSameBytes(_ what: String) throws {
        let before = try folder.bytes("run/model.safetensors")
        _ = try Simulation.run(
            prepared,
            {
                var options = RunOptions(
                    folder: folder.path("run"), quiet: true, inProcess: true)
                options.mode = .resume()
                return options
            }(), cache: try testCache())
        #expect(try folder.bytes("run/model.safetensors") == before, "\(what)")
    }

    @Test(.slow) func `cut short are not used`() throws {
        let bytes = try folder.bytes(Self.newest)
        // The resolved scenario is the most of the header.
        let header = 400 + prepared.resolved.utf8.count
        try #require(bytes.count > header)
        for count in Array(0..<header) + stride(from: header, to: bytes.count, by: 17) {
            try folder.write(Self.newest, Array(bytes[..<count]))
            #expect(try resumption()?.rounds == 4, "\(count) bytes")
        }
        try folder.write(Self.newest, bytes + [0])
        #expect(try resumption()?.rounds == 4)
        try expectTheSameBytes("a byte too many")
    }

    @Test(.slow) func `with a flipped bit are not used`() throws {
        let files = [Self.newest, Self.older, "run/checkpoints/clients-1.vectors"]
        let whole = try files.map { try folder.bytes($0) }
        let good = try #require(try resumption())
        try folder.write(files[0], [0])
        let before = try #require(try resumption())
        try #require(good.rounds == 5 && before.rounds == 4)
        try folder.write(files[0], whole[0])
        var stream = RandomKey(seed: 11, .faults).stream()
        var rounds: [Int] = []
        for flip in 0..<1_000 {
            let file = flip % 3
            var bytes = whole[file]
            let place = stream.below(bytes.count)
            bytes[place] ^= 1 << UInt8(stream.below(8))
            try folder.write(files[file], bytes)
            let found = try resumption()
            // What is not needed any more may be damaged; all else must be seen.
            switch found?.rounds {
            case 5:
                #expect(found?.state == good.state && file != 0, "\(files[file]), byte \(place)")
            case 4: #expect(found?.state == before.state, "\(files[file]), byte \(place)")
            case 0: #expect(file == 2, "\(files[file]), byte \(place)")
            default: Issue.record("\(files[file]), byte \(place): \(found?.rounds ?? -1)")
            }
            rounds.append(found?.rounds ?? -1)
            try folder.write(files[file], whole[file])
        }
        #expect(rounds.contains(4) && rounds.contains(5))
        try expectTheSameBytes("nothing is damaged any more")
    }

    @Test func `both damaged let the run begin again`() throws {
        for file in [Self.newest, Self.older] {
            var bytes = try folder.bytes(file)
            bytes[100] ^= 8
            try folder.write(file, bytes)
        }
        #expect(try resumption()?.rounds == 0)
        try expectTheSameBytes("both")
        #expect(try resumption()?.rounds == 5)
    }

    /// The checksum finds accidents. Behind it, no value of any byte may end the process.
    @Test func `behind a good checksum are no trap`() throws {
        let bytes = try folder.bytes(Self.newest)
        var refused = 0
        for index in 20..<bytes.count - 8 {
            for value: UInt8 in [0, 0x7F, 0xFF] {
                var forged = Array(bytes.dropLast(8))
                forged[index] = value
                var (hash, writer) = (ContentHash(), ByteWriter())
                hash.add(forged)
                writer.write(hash.value)
                do {
                    let checkpoint = try Checkpoint(forged + writer.bytes)
                    var state = RunState(prepared)
                    try checkpoint.restore(&state) { _, own, reader throws(BytesError) in
                        _ = try reader.raw(16)
                        throw .invalid("no file")
                    }
                } catch {
                    refused += 1
                }
            }
        }
        #expect(refused > 300)
    }
}
