import Glibc

/// Reads what is in a folder that results will be written to. It looks for the file names that
/// hyperfed writes, and changes nothing.
enum FolderContent {
    /// The table of a comparison.
    static let table = "comparison.csv"

    /// Returns the folder of a run that contains this path. A run inside it would be read as a part
    /// of that run.
    static func runAround(_ path: String) -> String? {
        var parts = absolute(path)
        while !parts.isEmpty {
            parts.removeLast()
            let folder = "/" + parts.joined(separator: "/")
            if Files.exists("\(folder)/\(RunFile.name)"), Files.exists("\(folder)/rounds.csv") {
                return folder
            }
        }
        return nil
    }

    /// Returns the folder of the comparison that plans a run in this one. The folder of a
    /// comparison that is still running counts, too. Returns nil if there is none.
    static func comparison(around path: String) -> String? {
        if let (outer, _) = plan(around: path, isExact: true) { return outer }
        let parts = absolute(path)
        guard parts.count > 2, let seed = parts.last, seed.hasPrefix("seed-") else { return nil }
        let folder = "/" + parts.dropLast(2).joined(separator: "/")
        return FolderLock.isHeld(folder) ? folder : nil
    }

    /// Returns the folder of the comparison that plans runs in this one, and this one from there
    /// on; nil if there is none.
    ///
    /// - Parameter isExact: whether only the folder of a run itself counts.
    static func plan(around path: String, isExact: Bool = false) -> (String, folder: String)? {
        let parts = absolute(path)
        // STUDY/VARIANT/CELL/seed-1 are four levels.
        for count in 1...4 where count < parts.count {
            let outer = "/" + parts.dropLast(count).joined(separator: "/")
            guard ComparisonFile.isIn(outer), let plan = try? ComparisonFile(reading: outer) else {
                continue
            }
            let inner = parts.suffix(count).joined(separator: "/")
            let isPlanned = plan.studies.contains { study in
                study.runs.contains {
                    $0.folder == inner || (!isExact && $0.folder.hasPrefix("\(inner)/"))
                }
            }
            if isPlanned { return (outer, inner) }
        }
        return nil
    }

    /// Returns whether files with the names of a comparison's plan are of one.
    ///
    /// Another shard writes the scenario first and then the plan. So a scenario without a plan gets
    /// a few seconds.
    static func planIsOwn(in path: String) -> Bool {
        let plan = "\(path)/\(ComparisonFile.name)"
        let limit = monotonicSeconds() + 3
        while !Files.exists(plan) {
            guard Files.exists("\(path)/\(ComparisonFile.scenarioName)") else { return true }
            guard monotonicSeconds() < limit else { return false }
            usleep(20_000)
        }
        return (try? ResultReading(plan).text("program")) != nil
    }

    /// Returns the folder of an active comparison around this folder; nil if there is none.
    static func lockedComparison(around path: String) -> String? {
        var parts = absolute(path)
        // STUDY/VARIANT/CELL/seed-N. With studies, tables are in the folders of the studies, and
        // the plan and the lock are in that of the comparison.
        for _ in 0..<4 where !parts.isEmpty {
            parts.removeLast()
            let folder = "/" + parts.joined(separator: "/")
            let isComparison =
                ComparisonFile.isIn(folder) || Files.exists("\(folder)/\(table)")
            if isComparison, FolderLock.isHeld(folder) { return folder }
        }
        return nil
    }

    /// Returns why this folder is that of a comparison, in words. Returns nil if it is not.
    static func comparison(in path: String) -> String? {
        if Files.exists("\(path)/\(table)") { return "a comparison (\(table))" }
        if let study = studies(in: path).first { return "a comparison (\(study)/\(table))" }
        if ComparisonFile.isIn(path) { return "a comparison (\(ComparisonFile.name))" }
        let own = runs(directlyIn: path)
        let below = Files.names(in: path).lazy.flatMap { name in
            runs(directlyIn: "\(path)/\(name)").map { "\(name)/\($0)" }
        }
        return (own.first ?? below.first).map { "other runs (\($0))" }
    }

    /// Returns the names of the studies in the folder of a comparison.
    static func studies(in path: String) -> [String] {
        Files.names(in: path).filter { Files.exists("\(path)/\($0)/\(table)") }
    }

    /// Returns the runs in a variant's folder, such as "seed-1".
    static func runs(directlyIn path: String) -> [String] {
        Files.names(in: path).filter {
            $0.hasPrefix("seed-") && Files.exists("\(path)/\($0)/\(RunFile.name)")
        }
    }

    /// Returns whether the table of a comparison has a row.
    static func tableHasRows(in path: String) -> Bool {
        guard let lines = firstLines(of: "\(path)/\(table)") else { return false }
        return lines.count > 1
    }

    /// Returns whether a file with the name of the comparison table was written by hyperfed.
    static func tableIsOwn(in path: String) -> Bool {
        guard let lines = firstLines(of: "\(path)/\(table)") else { return true }
        // Tables of earlier versions began with the variant.
        return lines.isEmpty || ["folder,variant,", "variant,"].contains { lines[0].hasPrefix($0) }
    }

    /// Returns the first lines of a file, or nil if there is no such file.
    private static func firstLines(of path: String) -> [Substring]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0 else { return [] }
        return String(decoding: buffer[..<count], as: UTF8.self).split(separator: "\n")
    }

    /// Returns the parts of a path from the root, without "." and "..".
    private static func absolute(_ path: String) -> [String] {
        var parts: [String] = []
        for part in Files.absolutePath(path).split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(String(part)) }
        }
        return parts
    }
}
