import Reporting
import Scenarios
import Settings
import Simulation

/// How to get the same numbers again: command, versions, digests, machine, failed runs, scenario.
enum RepeatBlock {
    /// Returns the block; nil if no run has begun.
    static func block(_ content: StudyContent) -> PageBlock? {
        let study = content.study
        let files = study.runs.compactMap(\.file)
        guard let first = files.first else { return nil }
        var facts: [(String, HTML)] = []
        let protocolVersion = first.setting.protocolVersion
        let programs = unique(files.map(\.program))
        facts.append(
            (
                "Program",
                "hyperfed \(programs.joined(separator: "; ")), protocol \(protocolVersion)"
            ))
        facts.append(("Data", codes(unique(files.map(\.dataKey)))))
        let partitions = unique(files.map(\.partitionKey))
        facts.append((partitions.count > 1 ? "Partitions" : "Partition", codes(partitions)))
        facts.append(("Seeds", "\(study.seeds.map(String.init).joined(separator: ", "))"))
        facts.append(("Runs", "\(counts(study))"))
        facts.append((files.count > 1 ? "Digests of runs" : "Digest of the run", digests(files)))
        let cores = unique(files.map { "\($0.setting.cores)" }).joined(separator: " or ")
        let transports = unique(files.map(\.setting.transport)).joined(separator: " or ")
        facts.append(
            (
                "Machine",
                "\(cores) \(cores == "1" ? "core" : "cores"), \(transports);"
                    + " it changes the seconds, and no other number"
            ))
        facts.append(("Started", "\(time(files.map(\.started).min() ?? ""))"))
        if let end = files.compactMap(\.ended).max(), files.allSatisfy({ $0.ended != nil }) {
            facts.append(("Ended", "\(time(end))"))
        }
        let list = facts.map { name, value -> HTML in "<dt>\(name)</dt><dd>\(value)</dd>\n" }
        return PageBlock(
            name: "repeat", link: "Repeat", heading: "How to get these numbers again",
            content: """
                <pre class="command">\(command(study))</pre>
                <dl class="facts">
                \(list.joined())</dl>
                \(failures(study))\(scenario(study))
                """)
    }

    /// Returns the command line that makes the same runs.
    static func command(_ study: StudyData) -> String {
        guard let source = study.source else {
            return "hyperfed run \(quoted("\(study.folder)/scenario.yaml"))"
        }
        var words = ["hyperfed", "compare", shown(source.file)]
        for name in source.studies ?? [] { words += ["--study", name] }
        if source.isQuick { words.append("--quick") }
        for change in source.changes { words += ["--set", "\(change.path)=\(change.value)"] }
        return words.map(quoted).joined(separator: " ")
    }

    /// Returns a path without the folders of this machine: of an absolute one the last part.
    private static func shown(_ path: String) -> String {
        path.hasPrefix("/") ? path.split(separator: "/").last.map(String.init) ?? path : path
    }

    private static func quoted(_ word: String) -> String {
        let plain = word.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || "-_./=:,+@%".utf8.contains(byte)
        }
        return plain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }

    private static func counts(_ study: StudyData) -> String {
        let all = counted(study.runs.count, "run")
        let parts = RunStatus.allCases.filter { study.count($0) > 0 }.map {
            "\(study.count($0)) \($0 == .done ? "finished" : $0.rawValue)"
        }
        return "\(all): \(parts.joined(separator: ", "))"
    }

    private static func codes(_ texts: [String]) -> HTML {
        let shown = texts.prefix(8).map { text -> HTML in "<code>\(text)</code>" }
        let more: HTML = texts.count > 8 ? " and \(texts.count - 8) more" : ""
        return shown.joined(", ") + more
    }

    private static func digests(_ files: [RunFile]) -> HTML {
        let many = unique(files.map(\.digest))
        guard many.count > 1 else { return codes(many) }
        let all = many.map { digest -> HTML in "<code>\(String(digest.prefix(12)))</code>" }
        return """
            <details class="data"><summary>\(many.count) digests</summary><p>\(all.joined(" "))</p>\
            </details>
            """
    }

    private static func time(_ text: String) -> String {
        text.replacing("T", with: " ").replacing("Z", with: " UTC")
    }

    private static func unique(_ texts: [String]) -> [String] {
        var (all, seen) = ([String](), Set<String>())
        for text in texts where seen.insert(text).inserted { all.append(text) }
        return all
    }

    /// Returns the runs that failed with their reasons; empty if there are none.
    private static func failures(_ study: StudyData) -> HTML {
        let failed = study.variants.flatMap { variant in
            variant.cells.flatMap { cell in
                cell.runs.filter { $0.status == .failed }.map { (variant, cell, $0) }
            }
        }
        guard !failed.isEmpty else { return "" }
        let rows = failed.prefix(50).map { variant, cell, run -> HTML in
            let place = ([variant.label] + cell.values).joined(separator: ", ")
            return """
                <tr><th scope="row">\(place), seed \(String(run.seed))</th>\
                <td>\(run.file?.reason ?? "")</td></tr>

                """
        }
        let rest: HTML =
            failed.count > 50 ? "<p class=\"note\">and \(failed.count - 50) more</p>" : ""
        let table: HTML = """
            <div class="scroll" tabindex="0" role="region" aria-label="Failed runs">
            <table class="plain reasons"><thead><tr><th scope="col">Run</th>\
            <th scope="col">Reason</th></tr></thead><tbody>
            \(rows.joined())</tbody></table></div>
            \(rest)
            """
        // Many reasons would fill pages of paper.
        guard failed.count > 10 else { return "<h3>Failed runs</h3>\n\(table)" }
        return """
            <details class="data"><summary>\(failed.count) failed runs with their reasons</summary>
            \(table)</details>

            """
    }

    /// Returns a scenario without the folders of this machine: values that are absolute paths have
    /// their last part only.
    private static func withoutFolders(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
            guard let start = line.firstRange(of: ": /") else { return String(line) }
            let path = line[start.lowerBound...].dropFirst(2).prefix { $0 != " " }
            return line[..<path.startIndex] + shown(String(path)) + line[path.endIndex...]
        }.joined(separator: "\n")
    }

    private static func scenario(_ study: StudyData) -> HTML {
        guard let facts = study.scenario else { return "" }
        let whose =
            study.kind == .run
            ? "" : " of \(study.variants[0].label), seed \(study.seeds.first ?? 0)"
        return """
            <details class="data"><summary>The scenario\(whose) with all defaults filled in\
            </summary><pre>\(withoutFolders(facts.text))</pre></details>
            """
    }
}
