import Foundation
import TestSupport
import Testing

extension `The program` {
    /// The event file among a run's other files; no reader is needed.
    @Suite struct `Event files` {
        private static let name = "result/events.out.tfevents.hyperfed"

        private static func folder(_ words: [String]) throws -> TemporaryFolder {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", `The program`.scenario)
            let ending = try HyperfedProgram.run(
                ["run", "small.yaml", "--quiet", "--in-process", "--output", "result"] + words,
                in: folder)
            try #require(ending.exitCode == 0, "\(ending.errors)")
            return folder
        }

        private static func resume(_ folder: TemporaryFolder, rounds: Int) throws {
            let ending = try HyperfedProgram.run(
                ["resume", "result", "--quiet", "--in-process", "--rounds", "\(rounds)"],
                in: folder)
            try #require(ending.exitCode == 0, "\(ending.errors)")
        }

        private static func change(_ folder: TemporaryFolder, _ old: String, _ new: String) throws {
            let text = folder.text("result/scenario.yaml")
            try #require(text.contains("tensorboard: \(old)"))
            try folder.write(
                "result/scenario.yaml",
                text.replacing("tensorboard: \(old)", with: "tensorboard: \(new)"))
        }

        private static let on = ["--set", "output.tensorboard=true"]

        @Test func `are the same for equal runs but for the wall times, and change nothing else`()
            throws
        {
            let folder = try Self.folder(Self.on)
            let one = try RunFiles(folder, "result")
            // Version, hyperparameters, 8 rounds, end.
            #expect(one.events.count == 11)
            #expect(try RunFiles(Self.folder(Self.on), "result").difference(from: one) == nil)
            let without = try Self.folder([])
            #expect(!without.has(Self.name))
            #expect(
                try RunFiles(without, "result").difference(from: one) == "the event files differ")
            func digest(_ folder: TemporaryFolder) -> Substring? {
                folder.text("result/run.json").split(separator: "\n").first {
                    $0.contains("\"digest\"")
                }
            }
            #expect(digest(without) == digest(folder))
        }

        @Test func `of a run that gets more rounds are those of a longer run`() throws {
            let longer = try RunFiles(Self.folder(Self.on), "result")
            let folder = try Self.folder(Self.on + ["--rounds", "5"])
            try Self.resume(folder, rounds: 8)
            let events = try RunFiles(folder, "result").events
            // The hyperparameters are those of the start: training.rounds was 5.
            #expect(events.count == 11 && events[2...] == longer.events[2...])
        }

        @Test func `can begin and end with a run that continues`() throws {
            let folder = try Self.folder(["--rounds", "5"])
            try Self.change(folder, "false", "true")
            try Self.resume(folder, rounds: 7)
            // Version, hyperparameters, rounds 5 and 6, end.
            #expect(try RunFiles(folder, "result").events.count == 5)
            try Self.change(folder, "true", "false")
            try Self.resume(folder, rounds: 8)
            #expect(try RunFiles(folder, "result").events.count == 5)
            #expect(`The program`.rounds(folder, "result") == 8)
        }

        @Test func `that are damaged stop the resumption before anything changes`() throws {
            let folder = try Self.folder(Self.on + ["--rounds", "5"])
            let bytes = try folder.bytes(Self.name)
            try folder.write(Self.name, Array(bytes.prefix(100)))
            let ending = try HyperfedProgram.run(
                ["resume", "result", "--quiet", "--in-process", "--rounds", "8"], in: folder)
            #expect(ending.exitCode == 2)
            #expect(
                ending.errors.contains("\(Self.name): expected at least ")
                    && ending.errors.contains(" bytes, found 100; put the file back, or"),
                "\(ending.errors)")
            var other = bytes
            other[3] ^= 1
            try folder.write(Self.name, other)
            let again = try HyperfedProgram.run(
                ["resume", "result", "--quiet", "--in-process", "--rounds", "8"], in: folder)
            #expect(
                again.errors.contains("\(Self.name): expected a record at byte 0, found none;"),
                "\(again.errors)")
            #expect(try folder.bytes(Self.name) == other)
        }
    }
}
