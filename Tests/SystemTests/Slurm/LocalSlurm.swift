import Foundation
import Glibc
import TestSupport
import Testing

/// A real Slurm on this machine, as Scripts/local-slurm starts it; stopped with this value, and by
/// the script itself if this process ends before.
final class LocalSlurm {
    /// Why it could not be started.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Its folder.
    let path: String
    /// What a program needs in its environment to find it.
    var environment: [String: String] { ["SLURM_CONF": "\(path)/slurm.conf"] }

    private static let script = SourceTree.root + "/Scripts/local-slurm"

    /// Whether one can be started. A test that needs it is left out otherwise.
    static let isThere: Bool = {
        do {
            let slurm = try LocalSlurm()
            return try slurm.call("sinfo", in: TemporaryFolder()).exitCode == 0
        } catch {
            return false
        }
    }()

    /// Starts it.
    ///
    /// - Throws: if it cannot be started: Slurm is missing, or this user may not.
    init(nodes: Int = 2, processors: Int = 2) throws {
        let name = "hyperfed-slurm-" + UUID().uuidString.prefix(8)
        path = FileManager.default.temporaryDirectory.appending(path: name).path
        let ending = try RunningProgram(
            Self.script, ["start", path, "\(nodes)", "\(processors)", "\(getpid())"],
            in: TemporaryFolder()
        ).end(within: 300)
        guard ending.exitCode == 0 else {
            throw Failure(description: ending.errors)
        }
    }

    deinit { try? control("stop") }

    private func control(_ action: String, _ more: [String] = []) throws {
        let ending = try RunningProgram(
            Self.script, [action, path] + more, in: TemporaryFolder()
        ).end(within: 120)
        try #require(ending.exitCode == 0, "\(ending.errors)")
    }

    /// Ends a node as a power cut does, and tells Slurm at once, which would wait for a while.
    func killNode(_ name: String) throws {
        try control("kill", [name])
        let update = "scontrol update nodename=\(name) state=down reason=test"
        let ending = try call(update, in: TemporaryFolder())
        try #require(ending.exitCode == 0, "\(ending.errors)")
    }

    /// Runs a command of Slurm to its end.
    @discardableResult
    func call(_ words: String, in folder: TemporaryFolder) throws -> HyperfedProgram.Ending {
        try RunningProgram(
            "/usr/bin/env", words.split(separator: " ").map(String.init), in: folder,
            environment: environment
        ).end(within: 120)
    }

    /// Runs hyperfed to its end, with the words of a command of Slurm before it.
    func run(
        _ arguments: [String], behind words: [String] = [], in folder: TemporaryFolder,
        environment more: [String: String] = [:]
    ) throws -> HyperfedProgram.Ending {
        let all = environment.merging(["HYPERFED_CACHE": folder.path("cache")]) { $1 }
        return try RunningProgram(
            "/usr/bin/env", words + [try HyperfedProgram.path()] + arguments, in: folder,
            environment: all.merging(more) { $1 }
        ).end(within: 300)
    }

    /// Puts a run or a comparison into the queue, and returns the number of its job.
    func submit(_ arguments: [String], in folder: TemporaryFolder) throws -> String {
        let ending = try run(
            arguments + ["--launcher", "slurm", "--format", "json"], in: folder)
        let match = ending.output.firstMatch(of: /"event": "submitted", "job": "(\d+)"/)
        try #require(ending.exitCode == 0 && match != nil, "\(ending.output)\(ending.errors)")
        return String(match?.1 ?? "")
    }

    /// The jobs that are in the queue, one a line.
    func queue(_ folder: TemporaryFolder) throws -> String {
        let ending = try call("squeue --noheader", in: folder)
        try #require(ending.exitCode == 0, "\(ending.errors)")
        return ending.output
    }

    /// Waits until no job is in the queue.
    func waitUntilEmpty(_ folder: TemporaryFolder) throws {
        let isEmpty = try eventually(within: 240) {
            usleep(100_000)
            return try queue(folder).isEmpty
        }
        let left = try queue(folder)
        try #require(isEmpty, "\(left)")
    }

    /// What Slurm says about a job.
    func job(_ number: String, _ folder: TemporaryFolder) throws -> String {
        try call("scontrol show job \(number)", in: folder).output
    }
}
