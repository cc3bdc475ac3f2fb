/// A job that Slurm shall run, as `sbatch` gets it.
public struct SlurmRequest: Equatable, Sendable {
    /// An option of `sbatch` without its dashes; the value is nil for a switch.
    public struct Option: Equatable, Sendable {
        /// The name, such as `mem-per-cpu`.
        public let key: String
        /// The value, such as `2G`; nil for a switch, such as `exclusive`.
        public let value: String?

        /// Makes an option from its parts.
        public init(_ key: String, _ value: String?) { (self.key, self.value) = (key, value) }

        /// Reads `KEY=VALUE` or `KEY`, also with dashes before it.
        ///
        /// - Throws: `LauncherError` for another form, or for an option that hyperfed sets.
        public init(_ text: String) throws(LauncherError) {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let key = String(parts[0].drop { $0 == "-" })
            let isName = key.wholeMatch(of: /[a-z][a-z0-9-]+/) != nil
            let value = parts.count > 1 ? String(parts[1]) : nil
            guard isName, !(value ?? "").contains(where: \.isNewline) else {
                throw LauncherError(
                    "--sbatch", expected: "KEY=VALUE such as mem=4G", found: "'\(text)'",
                    advice: "see 'man sbatch' for the long options")
            }
            if let own = Self.own[key] {
                throw LauncherError(
                    "--sbatch", expected: "an option that hyperfed does not set itself",
                    found: "'\(text)'", advice: own)
            }
            (self.key, self.value) = (key, value)
        }

        /// Options that have an option of hyperfed, and what to do.
        private static let own = [
            "nodes": "use --nodes", "ntasks-per-node": "use --tasks-per-node",
            "ntasks": "use --nodes and --tasks-per-node", "partition": "use --partition",
            "time": "use --time", "account": "use --account",
            "array": "leave it out, since a comparison makes its own array",
            "wrap": "leave it out, since hyperfed writes the script",
            "parsable": "leave it out", "test-only": "use --dry-run",
        ]
    }

    /// The name of the job in the queue.
    public var name: String
    /// The number of nodes.
    public var nodes: Int
    /// The number of tasks, that is of client processes, on each node.
    public var tasksPerNode: Int
    /// The numbers of the array's tasks, from 1; empty for a single job.
    public var array: [Int] = []
    /// The number of tasks of the array that may run at the same time; nil for no limit.
    public var mostAtOnce: Int?
    /// The partition; nil for the default one.
    public var partition: String?
    /// The time limit as Slurm reads it; nil for the default of the partition.
    public var time: String?
    /// The account; nil for the default one.
    public var account: String?
    /// Further options, which replace the same ones of hyperfed.
    public var options: [Option] = []
    /// The words of the command in the script.
    public var command: [String]

    /// Makes a request of one job.
    public init(name: String, nodes: Int, tasksPerNode: Int, command: [String]) {
        (self.name, self.nodes, self.tasksPerNode) = (name, nodes, tasksPerNode)
        self.command = command
    }

    /// The seconds before the time limit at which Slurm sends SIGTERM. Its clock for this is
    /// coarse: the signal can come half a minute earlier.
    public static let secondsBeforeEnd = 60

    /// All options in the order of the script.
    var allOptions: [Option] {
        var all: [Option] = [
            Option("job-name", name), Option("nodes", "\(nodes)"),
            Option("ntasks-per-node", "\(tasksPerNode)"),
        ]
        if let partition { all.append(Option("partition", partition)) }
        if let time { all.append(Option("time", time)) }
        if let account { all.append(Option("account", account)) }
        if !array.isEmpty {
            let most = mostAtOnce.map { "%\($0)" } ?? ""
            all.append(Option("array", Self.ranges(array) + most))
        }
        // The signal goes to the script, which is the coordinator. Client processes get none.
        all += [
            Option("requeue", nil), Option("no-kill", nil), Option("open-mode", "append"),
            Option("signal", "B:TERM@\(Self.secondsBeforeEnd)"),
        ]
        return all.filter { own in !options.contains { $0.key == own.key } } + options
    }

    /// The options as arguments of `sbatch`.
    public var arguments: [String] {
        allOptions.map { "--\($0.key)" + ($0.value.map { "=\($0)" } ?? "") }
    }

    /// The script. Slurm sends SIGTERM to the command itself, because `exec` replaces the shell.
    public var script: String {
        let lines = allOptions.map { option in
            "#SBATCH --\(option.key)" + (option.value.map { "=\(Self.optionWord($0))" } ?? "")
        }
        return (["#!/bin/sh"] + lines + ["exec \(command.joined(separator: " "))"])
            .joined(separator: "\n") + "\n"
    }

    /// Returns a value as one word of an #SBATCH line, which knows double quotes.
    private static func optionWord(_ text: String) -> String {
        text.contains { $0 == " " || $0 == "\t" || $0 == "#" }
            ? "\"\(text.filter { $0 != "\"" })\"" : text
    }

    /// Returns ascending numbers in Slurm's form: 1, 2, 3, 7 is `1-3,7`.
    static func ranges(_ numbers: [Int]) -> String {
        var ranges: [(first: Int, last: Int)] = []
        for number in numbers {
            if let last = ranges.last?.last, number == last + 1 {
                ranges[ranges.count - 1].last = number
            } else {
                ranges.append((number, number))
            }
        }
        return ranges.map { $0.first == $0.last ? "\($0.first)" : "\($0.first)-\($0.last)" }
            .joined(separator: ",")
    }
}
