extension Settings {
    /// Reads `true` or `false`.
    public func flag(_ key: String, default value: Bool, _ meaning: String) -> Bool {
        announce(key, "flag", words: ["false", "true"], default: "\(value)", meaning)
        var result = value
        if let node = entry(key)?.value {
            switch node.plainText {
            case "true": result = true
            case "false": result = false
            default:
                refuse(node, dotted(key), expected: "true or false", advice: flagAdvice(node))
            }
        }
        resolve(key, line: "\(result)")
        return result
    }

    /// Reads a text. A number or a flag is read as the text that the user wrote.
    public func text(_ key: String, default value: String, _ meaning: String) -> String {
        announce(key, "text", default: value, meaning)
        let example = value.isEmpty ? "" : " such as \(quotedForMessage(value))"
        let result = checkedText(key, "a text\(example)") ?? value
        resolve(key, line: resolvedScalar(result))
        return result
    }

    /// Reads the path of a file or folder.
    ///
    /// A relative path starts at the folder of its file; on the command line it starts at the
    /// working folder. The default is used unchanged. The default is not part of the resolved
    /// text, because it means the same wherever that text is loaded.
    public func filePath(
        _ key: String, default value: String, listAdvice: String = "", _ meaning: String
    ) -> String {
        announce(key, "path", default: value, meaning)
        guard let node = entry(key)?.value, let text = checkedText(key, "a path", listAdvice)
        else {
            return inDataFolder(value)
        }
        guard !text.isEmpty else {
            refuse(node, dotted(key), expected: "a path")
            return value
        }
        let result = inDataFolder(
            joined(reading.workingFolder, joined(node.place.folder, text)))
        resolve(key, line: resolvedScalar(result))
        return result
    }

    /// Returns a path with its last name in the data folder, if there is one.
    private func inDataFolder(_ path: String) -> String {
        guard let folder = reading.dataFolder, let name = path.split(separator: "/").last else {
            return path
        }
        return joined(folder, String(name))
    }

    /// Reads the path of a file or folder. It is an error if the key is not given.
    ///
    /// - Parameter listAdvice: what to write instead of a list of paths.
    public func requiredPath(
        _ key: String, listAdvice: String = "", _ meaning: String
    ) -> String {
        let path = filePath(key, default: "", listAdvice: listAdvice, meaning)
        if !isGiven(key) { reject(key, expected: meaning, advice: "add the key") }
        return path
    }

    /// Reads a text that may be absent or `null`.
    public func optionalText(_ key: String, _ meaning: String) -> String? {
        announce(key, "text", meaning)
        guard let node = entry(key)?.value, !node.isNull,
            let text = checkedText(key, "a text")
        else { return nil }
        resolve(key, line: resolvedScalar(text))
        return text
    }

    /// Reads a list of texts, or one text; empty if the key is not given.
    ///
    /// - Parameter canBeEmpty: whether an empty list is allowed.
    public func texts(_ key: String, canBeEmpty: Bool = true, _ meaning: String) -> [String] {
        announce(key, "text or list of texts", meaning)
        guard let node = entry(key)?.value, !node.isNull else { return [] }
        var nodes = [node]
        if case .list(let list) = node.content { nodes = list }
        if nodes.isEmpty, !canBeEmpty {
            refuse(node, dotted(key), expected: "one text or more")
        }
        var result: [String] = []
        for node in nodes {
            if let text = node.text {
                result.append(text)
            } else {
                refuse(node, dotted(key), expected: "a text or a list of texts")
            }
        }
        let shown = result.map(resolvedScalar).joined(separator: ", ")
        resolve(key, line: "[\(shown)]")
        return result
    }

    /// Reads one of several words. The default `word` is one of them.
    public func choice<V>(
        _ key: String, of values: KeyValuePairs<String, V>, default word: String, _ meaning: String
    ) -> V {
        let words = values.map(\.key)
        announce(
            key, "one of " + words.joined(separator: " | "), words: words, default: word, meaning)
        var result = value(of: word, in: values, key)
        if let node = entry(key)?.value {
            if let given = values.first(where: { $0.key == node.text }) {
                result = given
            } else {
                refuseWord(node, key, "one of \(words.joined(separator: ", "))", words)
            }
        }
        resolve(key, line: resolvedScalar(result.key))
        return result.value
    }

    /// Reads one of several words, or a whole number: `processes: per_client` or `processes: 4`.
    public func choiceOrInteger<V>(
        _ key: String, of values: KeyValuePairs<String, V>, default word: String,
        integer: (Int) -> V, in range: NumberRange<Int>, _ meaning: String
    ) -> V {
        let words = values.map(\.key)
        announce(
            key, "one of \(words.joined(separator: " | ")), or integer", words: words,
            default: word,
            range: range.phrase, meaning)
        let fallback = value(of: word, in: values, key)
        let number =
            range.phrase.isEmpty ? "a whole number" : "a whole number \(range.phraseAfterNoun)"
        let expected = "\(words.joined(separator: ", ")) or \(number)"
        guard let node = entry(key)?.value else {
            resolve(key, line: resolvedScalar(fallback.key))
            return fallback.value
        }
        if let given = values.first(where: { $0.key == node.text }) {
            resolve(key, line: resolvedScalar(given.key))
            return given.value
        }
        guard let text = node.plainText, parsedNumber(text) != nil else {
            refuseWord(node, key, expected, words)
            return fallback.value
        }
        guard let count = Int(text), range.contains(count) else {
            var advice = ""
            if parsedNumber(text) != .whole { advice = numberAdvice(node, isWhole: true) }
            refuse(node, dotted(key), expected: expected, advice: advice)
            return fallback.value
        }
        resolve(key, line: "\(count)")
        return integer(count)
    }

    private func value<V>(
        of word: String, in values: KeyValuePairs<String, V>, _ key: String
    ) -> (key: String, value: V) {
        guard let value = values.first(where: { $0.key == word }) else {
            preconditionFailure("the default '\(word)' of '\(dotted(key))' is not one of its words")
        }
        return value
    }

    private func refuseWord(
        _ node: SettingsNode, _ key: String, _ expected: String, _ words: [String]
    ) {
        let close = node.text.flatMap { reading.otherNames.word(for: $0, among: words) }
        let advice = close.map { "did you mean '\($0)'?" } ?? ""
        refuse(node, dotted(key), expected: expected, advice: advice)
    }

    private func flagAdvice(_ node: SettingsNode) -> String {
        switch node.text?.lowercased() {
        case "true" where node.plainText == nil, "false" where node.plainText == nil:
            "write it without quotes"
        case "true", "yes", "on", "y", "1": "write true"
        case "false", "no", "off", "n", "0": "write false"
        default: ""
        }
    }

    private func checkedText(
        _ key: String, _ expected: String, _ listAdvice: String = ""
    ) -> String? {
        guard let node = entry(key)?.value else { return nil }
        guard let text = node.text else {
            var advice = ""
            if case .list = node.content { advice = listAdvice }
            refuse(node, dotted(key), expected: expected, advice: advice)
            return nil
        }
        return text
    }

    private func joined(_ folder: String, _ path: String) -> String {
        guard !folder.isEmpty, !path.hasPrefix("/") else { return path }
        let rest = path.hasPrefix("./") ? String(path.dropFirst(2)) : path
        return folder.hasSuffix("/") ? folder + rest : "\(folder)/\(rest)"
    }
}
