import TestSupport
import Testing

extension `House rules` {
    /// The command lines of hyperfed in the code of README.md, with the lines where they start.
    private static let commands: [(line: Int, words: [String])] = {
        var isFenced = false
        var isContinued = false
        var commands: [(line: Int, words: [String])] = []
        let lines = (SourceTree.text(of: "README.md") ?? "").split(
            separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            if line.hasPrefix("```") { isFenced.toggle() }
            let isCode = isFenced || line.hasPrefix("    ")
            if isContinued, !commands.isEmpty { commands[commands.count - 1].words += words(line) }
            let start = /\s*(?:\$ )?(?:\S*\/)?hyperfed (.*)/
            if isCode, let match = line.prefixMatch(of: start) {
                commands.append((index + 1, words(match.1)))
            } else if !isCode {
                let inline = line.matches(of: /`hyperfed ([^`]+)`/)
                commands += inline.map { (index + 1, words($0.1)) }
            }
            isContinued = line.hasSuffix("\\")
        }
        return commands
    }()

    /// The words of a command up to a comment, a pipe or the next command.
    private static func words(_ text: Substring) -> [String] {
        text.prefix { !"#|;&>".contains($0) }.split(separator: " ").map {
            String($0.filter { !"[]".contains($0) })
        }
    }

    @Test(.enabled(if: SourceTree.text(of: "README.md") != nil, "there is no README.md yet"))
    func `every command in the README parses`() throws {
        #expect(!Self.commands.isEmpty, "README.md: no command line in a code block")
        let overview = try HyperfedProgram.run(["--help"], in: TemporaryFolder()).output
        for (line, words) in Self.commands {
            let command = words.first.flatMap { $0.hasPrefix("-") ? nil : $0 }
            if let command, !overview.contains("\n  \(command) ") {
                Self.object("README.md", line, "there is no command '\(command)'")
                continue
            }
            let help = try HyperfedProgram.run(
                [command, "--help"].compactMap { $0 }, in: TemporaryFolder())
            for word in words where word.hasPrefix("-") {
                let option = String(word.prefix { $0 != "=" })
                if !help.output.contains(option + " ") && !help.output.contains(option + ",") {
                    Self.object(
                        "README.md", line, "'hyperfed \(command ?? "")' has no option \(option)")
                }
            }
            for word in words where word.hasPrefix("Scenarios/") {
                if SourceTree.text(of: word) == nil {
                    Self.object("README.md", line, "there is no \(word)")
                }
            }
        }
    }
}
