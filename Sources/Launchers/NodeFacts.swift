import Settings

/// The facts about one node that its processes report before a run starts there.
public struct NodeFacts: Equatable, Sendable {
    /// The name of the machine.
    public let host: String
    /// The version and build of the program.
    public let program: String
    /// The seconds since 1970 by the node's clock.
    public let seconds: Double
    /// Whether the node sees the folder of the results.
    public let hasFolder: Bool

    /// Makes facts from their parts.
    public init(host: String, program: String, seconds: Double, hasFolder: Bool) {
        (self.host, self.program, self.seconds) = (host, program, seconds)
        self.hasFolder = hasFolder
    }

    private static let mark = "hyperfed-node"

    /// The facts as one line, fields with tabs between them.
    public var line: String {
        [Self.mark, host, program, "\(seconds)", hasFolder ? "folder" : "-"]
            .joined(separator: "\t")
    }

    /// Reads a line. The result is nil for other lines, which a login script may write.
    public init?(line: some StringProtocol) {
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
        guard fields.count == 5, fields[0] == Self.mark, let seconds = Double(fields[3]),
            seconds.isFinite
        else { return nil }
        self.init(
            host: String(fields[1]), program: String(fields[2]), seconds: seconds,
            hasFolder: fields[4] == "folder")
    }

    /// The difference between two clocks, in seconds, from which a run is refused. The results do
    /// not depend on a clock. But times in files would contradict each other, and Slurm itself
    /// refuses messages with a larger difference.
    public static let mostSkew = 60.0

    /// Checks the facts of a node.
    ///
    /// - Parameters:
    ///   - program: the program of the coordinator.
    ///   - folder: the folder of the results.
    ///   - asked: the time by the coordinator's clock before the node was asked.
    ///   - answered: the time by the coordinator's clock when the answer was complete.
    /// - Throws: `LauncherError` if the node cannot take part.
    public func check(
        program: String, folder: String, asked: Double, answered: Double
    ) throws(LauncherError) {
        guard hasFolder else {
            throw LauncherError(
                folder, expected: "a folder that all nodes see",
                found: "none on \(host)", advice: "choose an --output on a shared file system")
        }
        let skew = seconds < asked ? seconds - asked : max(0, seconds - answered)
        guard abs(skew) <= Self.mostSkew else {
            throw LauncherError(
                "clock of \(host)",
                expected: "the coordinator's time within \(Int(Self.mostSkew)) s",
                found: "\(counted(Int(abs(skew)), "second")) \(skew < 0 ? "behind" : "ahead")",
                advice: "set the clocks, such as by NTP, or leave the node out with"
                    + " --sbatch exclude=NODE")
        }
        guard self.program == program else {
            throw LauncherError(
                "hyperfed on \(host)", expected: program, found: self.program,
                advice: "use the same program file with the same libraries on all nodes")
        }
    }
}
