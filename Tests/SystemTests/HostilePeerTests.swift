import Foundation
import Messaging
import TestSupport
import Testing

extension `The program` {
    /// A run goes on among peers that mean harm: its bytes are those of a quiet run, its memory
    /// stays bounded, and what they did is counted.
    @Suite(.slow, .serialized, .enabled(if: hasPython(), "python3 is not installed"))
    struct `Hostile peers` {
        private static let words = ["--rounds", "60", "--set", "training.local_epochs=60"]
        private static let reference = Result {
            try `The program`.files(`The program`.scenario, words + ["--in-process"])
        }

        /// The memory in KiB that any attack may cost: a few connections may each send up to their
        /// limit, and what comes in while the coordinator does other work.
        private static let allowance = 400_000

        /// How often a fault of a kind was counted in a run.
        private static func count(_ key: String, in folder: TemporaryFolder) throws -> Int {
            let file = try JSONSerialization.jsonObject(
                with: Data(folder.text("result/run.json").utf8))
            let faults = (file as? [String: Any])?["faults"] as? [String: Int]
            return try #require(faults?[key], "\(folder.text("result/run.json"))")
        }

        @Test(arguments: HostilePeer.allCases)
        func `change no byte, and are counted`(kind: HostilePeer) throws {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", `The program`.scenario)
            let run = try HyperfedProgram.start(
                [
                    "coordinator", "small.yaml", "--output", "result", "--insecure", "--bind",
                    "tcp://127.0.0.1:*",
                ] + Self.words, in: folder)
            let way = try Way(to: run)
            let peer = try RunningProgram(
                "/usr/bin/env",
                [
                    "python3", "-c", kind.program, way.port, "\(run.pid)",
                    "\(MessageCodec.protocolVersion)", try ForeignPeer.programVersion(folder),
                ], in: folder)
            #expect(eventually(within: 60) { peer.output.contains("ready\n") }, "\(peer.errors)")
            let clients = try (0..<2).map { _ in
                try HyperfedProgram.start(["client"] + way.words, in: folder)
            }
            let ending = try run.end(within: 120)
            #expect(ending.exitCode == 0, "\(ending.errors)")
            for client in clients { #expect(try client.end(within: 20).exitCode == 0) }
            let attack = try peer.end(within: 30)
            let files = try RunFiles(folder, "result")
            #expect(files.difference(from: try Self.reference.get()) == nil)
            // A peer that sends without end fills no log.
            #expect(ending.errors.split(separator: "\n").count < 20, "\(ending.errors)")
            let peak = attack.output.split(separator: "\n").last.flatMap { Int($0) } ?? .max
            #expect(peak < Self.allowance, "\(peak) KiB, \(attack.output)\(attack.errors)")
            let expected: (key: String, least: Int)? =
                switch kind {
                case .smallMessages: ("damaged_messages", 1000)
                case .foreignVersions: ("refused_peers", 100)
                case .unasked: ("unexpected_messages", 100)
                case .endlessMessage: ("closed_connections", 1)
                // ZeroMQ itself closes these connections, which makes the peer ready, and delivers
                // nothing.
                case .noise, .hugeFrames, .halfMessages, .silent: nil
                }
            if let expected {
                #expect(try Self.count(expected.key, in: folder) >= expected.least)
            }
            #expect(try Self.count("lost_processes", in: folder) == 0)
            #expect(try Self.count("unusable_reports", in: folder) == 0)
        }
    }
}
