import ArgumentParser
import Scenarios
import Settings

/// What a user probably meant by a command or an option that is not there.
enum Suggestions {
    /// Returns the message of the argument parser for these arguments, with what was probably
    /// meant.
    static func completed(_ message: String, _ arguments: [String]) -> String {
        var lines = message.split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = lines.first, let phrase = phrase(first, arguments) else { return message }
        // The parser's own guess is only one by spelling.
        lines[0] = first.firstRange(of: ". Did you mean").map { first[..<$0.lowerBound] } ?? first
        lines.insert(Substring(phrase), at: 1)
        return lines.joined(separator: "\n")
    }

    private static func phrase(_ first: Substring, _ arguments: [String]) -> String? {
        if first.hasPrefix("Error: Unknown option '") {
            return option(String(first.dropFirst(23).prefix { $0 != "'" }))
        }
        // In 'hyperfed help rnu' the command is the second word.
        let words = arguments.first == "help" ? arguments.dropFirst() : arguments[...]
        guard first.contains("nexpected argument"), let word = words.first,
            first.contains("'\(word)'")
        else { return nil }
        return command(word)
    }

    /// Returns the command that a wrong word stands for.
    private static func command(_ word: String) -> String? {
        if word.hasSuffix(".yaml") || word.hasSuffix(".yml") {
            return "Did you mean 'hyperfed run \(word)'?"
        }
        let shown = Hyperfed.configuration.subcommands.filter { $0.configuration.shouldDisplay }
        let names = shown.map { $0._commandName } + ["help"]
        guard let name = commandNames.word(for: word, among: names) else {
            return "The commands are \(names.joined(separator: ", "))."
        }
        return "Did you mean 'hyperfed \(name)'?"
    }

    /// Returns the scenario's key that an option stands for elsewhere: `--lr` is
    /// client.learning_rate.
    private static func option(_ option: String) -> String? {
        let name = String(option.drop { $0 == "-" }.prefix { $0 != "=" })
        var paths = describe { _ = Scenario($0, fileName: "FILE") }.map(\.path)
        paths = namesElsewhere.paths(for: name, among: paths)
        guard !paths.isEmpty else { return nil }
        return "Did you mean '--set "
            + paths.map { "\($0)=VALUE" }.joined(separator: "' or '--set ")
            + "'?"
    }

    private static let commandNames = OtherNames(
        keys: [:],
        words: [
            ["train", "start", "simulate"]: ["run"], ["check", "lint"]: ["validate"],
            ["ls", "show"]: ["list"], ["sweep", "grid"]: ["compare"],
            ["server"]: ["coordinator"], ["worker"]: ["client"], ["benchmark"]: ["bench"],
            ["version"]: ["help"],
        ])
}
