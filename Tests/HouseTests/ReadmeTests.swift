import TestSupport
import Testing

extension `House rules` {
    static let pages = ["README.md"] + SourceTree.files(in: "Documentation", endings: ["md"])

    /// The command lines of hyperfed in the code of a page, with the lines where they start.
    private static func commands(of page: String) -> [(line: Int, words: [String])] {
        var isFenced = false
        var isContinued = false
        var commands: [(line: Int, words: [String])] = []
        let lines = (SourceTree.text(of: page) ?? "").split(
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
    }

    /// The words of a command up to a comment, a pipe or the next command.
    private static func words(_ text: Substring) -> [String] {
        text.prefix { !"#|;&>".contains($0) }.split(separator: " ").map {
            String($0.filter { !"[]".contains($0) })
        }
    }

    @Test func `the README has commands`() {
        #expect(Self.pages.count > 1 && !Self.commands(of: "README.md").isEmpty)
    }

    @Test(.slow, arguments: pages)
    func `every command on a page parses`(page: String) throws {
        let overview = try HyperfedProgram.run(["--help"], in: TemporaryFolder()).output
        for (line, words) in Self.commands(of: page) {
            let command = words.first.flatMap { $0.hasPrefix("-") ? nil : $0 }
            if let command, !overview.contains("\n  \(command) ") {
                Self.object(page, line, "there is no command '\(command)'")
                continue
            }
            // Only `keys` has commands of its own.
            let path = command == "keys" ? Array(words.prefix(2)) : [command].compactMap { $0 }
            let help = try HyperfedProgram.run(path + ["--help"], in: TemporaryFolder())
            for word in words where word.hasPrefix("-") {
                let option = String(word.prefix { $0 != "=" })
                if !help.output.contains(option + " ") && !help.output.contains(option + ",") {
                    Self.object(page, line, "'hyperfed \(command ?? "")' has no option \(option)")
                }
            }
            for word in words where word.hasPrefix("Scenarios/") {
                if SourceTree.text(of: word) == nil {
                    Self.object(page, line, "there is no \(word)")
                }
            }
        }
    }
}
