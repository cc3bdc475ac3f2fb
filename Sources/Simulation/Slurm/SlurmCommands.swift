import Glibc
public import Launchers

/// The commands of Slurm that hyperfed calls. Each answers within a limit of time, or is ended.
public enum SlurmCommands {
    /// The time in seconds after which a command without an answer is ended. A controller that is
    /// busy can be slow.
    private static let patience = 120.0

    /// Checks that Slurm is there and has the partition.
    ///
    /// - Parameter partition: the value of `--partition`; nil for the default one.
    /// - Returns: the processors of the smallest node of the partition; nil if Slurm does not say.
    /// - Throws: `LauncherError` if Slurm is missing or does not answer, or if it has no such
    ///   partition.
    public static func check(partition: String?) throws -> Int? {
        let answer = try output(["sinfo", "--noheader", "--format=%P|%c"])
        guard answer.code == 0 else {
            throw LauncherError(
                "--launcher slurm", expected: "a Slurm that answers", found: "an error",
                advice: "see 'sinfo'", cause: answer.cause)
        }
        let all = SlurmPartition.all(in: answer.output)
        return try SlurmPartition.processors(of: partition, in: all)
    }

    /// Checks that Slurm accepts a job, and starts nothing.
    ///
    /// - Throws: `LauncherError` with the reason of Slurm if it does not.
    public static func test(_ request: SlurmRequest) throws {
        let answer = try output(
            ["sbatch", "--test-only"] + request.arguments + ["--wrap=exec true"])
        guard answer.code != 0 else { return }
        throw refusal(of: answer)
    }

    /// Puts a job into the queue.
    ///
    /// - Parameter file: the script.
    /// - Returns: the number of the job.
    /// - Throws: `LauncherError` with the reason of Slurm if it accepts no such job.
    public static func submit(_ file: String) throws -> String {
        let answer = try output(["sbatch", "--parsable", file])
        // The name of the cluster may follow.
        let number = answer.output.prefix { $0 != ";" && !$0.isWhitespace }
        guard answer.code == 0, !number.isEmpty else { throw refusal(of: answer) }
        return String(number)
    }

    private static func refusal(of answer: ExternalTool.Ending) -> LauncherError {
        LauncherError(
            "sbatch", expected: "a job that Slurm accepts", found: "an error",
            advice: "change --nodes, --tasks-per-node, --time, --account or --sbatch; 'sinfo'"
                + " shows what there is", cause: answer.cause)
    }

    /// Returns the address of a node, as Slurm itself reaches it; nil if Slurm does not say.
    static func address(of node: String) -> String? {
        guard let answer = try? output(["scontrol", "--oneliner", "show", "node", node]),
            answer.code == 0
        else { return nil }
        return answer.output.split(separator: " ")
            .first { $0.hasPrefix("NodeAddr=") }
            .map { String($0.dropFirst("NodeAddr=".count)) }
    }

    /// Puts a job that runs into the queue again. Slurm ends it, and starts it again later.
    ///
    /// - Returns: nil if it is in the queue again, else the reason, in words. A job that was
    ///   cancelled, or that has used up its time, is not started again.
    public static func requeue(_ job: String) -> String? {
        guard
            let state = try? output(["squeue", "--noheader", "--jobs=\(job)", "--format=%T"])
        else { return "Slurm does not answer" }
        let text = state.output.split(separator: "\n").first.map(String.init) ?? "not in the queue"
        guard text == "RUNNING" else { return "its state is \(text)" }
        guard let answer = try? output(["scontrol", "requeue", job]) else {
            return "Slurm does not answer"
        }
        return answer.code == 0 ? nil : answer.cause
    }

    static func output(
        _ words: [String], seconds: Double = patience
    ) throws -> ExternalTool.Ending {
        guard let answer = try ExternalTool.output(of: words, seconds: seconds) else {
            throw LauncherError(
                "--launcher slurm", expected: "\(words[0]) on the PATH", found: "none",
                advice: "load Slurm's module, or leave --launcher out")
        }
        return answer
    }
}
