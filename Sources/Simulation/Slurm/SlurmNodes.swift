import Glibc
public import Launchers

/// Checks the nodes of a job before a run starts on them.
public enum SlurmNodes {
    /// Returns the facts about this node. Each node reports them by `hyperfed node-facts`.
    ///
    /// - Parameter folder: the folder that the node must see.
    public static func facts(folder: String) -> NodeFacts {
        NodeFacts(
            host: environment("SLURMD_NODENAME") ?? hostName(), program: ProgramIdentity.text,
            seconds: wallTime(), hasFolder: Files.isFolder(folder))
    }

    /// Checks that all nodes have the same program, see the folder of the results, and have clocks
    /// that agree. One process on each node is started for that.
    ///
    /// - Parameters:
    ///   - nodes: the number of nodes of the job, this one included.
    ///   - folder: the folder of the results. Before it exists, the folder around it counts.
    /// - Throws: `LauncherError` if a node cannot take part. Nothing is left running.
    public static func check(_ nodes: Int, folder: String) throws {
        let folder = existing(folder)
        let asked = wallTime()
        let answer = try SlurmCommands.output(
            ["srun"] + SlurmStep.onEachNode(nodes) + [Launcher.ownPath, "node-facts", folder],
            seconds: 300)
        let answered = wallTime()
        let facts = answer.output.split(separator: "\n").compactMap { NodeFacts(line: $0) }
        for node in facts {
            try node.check(
                program: ProgramIdentity.text, folder: folder, asked: asked, answered: answered)
        }
        guard facts.count == nodes, answer.code == 0 else {
            throw LauncherError(
                "srun", expected: "an answer of each of \(nodes) nodes", found: "\(facts.count)",
                advice: "check that \(Launcher.ownPath) can be started on all nodes",
                cause: answer.cause)
        }
    }

    /// Returns the launcher of client processes on all nodes of a job.
    ///
    /// - Parameters:
    ///   - node: the name of this node.
    ///   - nodes: the number of nodes.
    ///   - count: the number of client processes on all nodes together.
    public static func launcher(from node: String, nodes: Int, count: Int) -> GroupLauncher {
        .srun(nodes: nodes, count: count, host: SlurmCommands.address(of: node) ?? hostName())
    }

    private static func existing(_ folder: String) -> String {
        var path = Files.absolutePath(folder)
        while !Files.isFolder(path), let slash = path.lastIndex(of: "/"), slash > path.startIndex {
            path = String(path[..<slash])
        }
        return path
    }
}
