extension Settings {
    /// Reads a finite number.
    public func number(
        _ key: String, default value: Double, in range: NumberRange<Double>, _ meaning: String
    ) -> Double {
        announce(key, "number", default: "\(value)", range: range.phrase, meaning)
        return given(key, default: value, in: range, "a number", resolvedNumber) {
            checkedNumber($0, dotted(key), range, example: "\(value)")
        }
    }

    /// Reads a finite number that may be absent or `null`.
    public func optionalNumber(
        _ key: String, in range: NumberRange<Double>, _ meaning: String
    ) -> Double? {
        announce(key, "number", range: range.phrase, meaning)
        return optional(key, resolvedNumber) {
            checkedNumber($0, dotted(key), range, example: "\(range.example)")
        }
    }

    /// Reads a finite number, or the word `none`.
    public func numberOrNone(
        _ key: String, default value: Double?, in range: NumberRange<Double>, _ meaning: String
    ) -> Double? {
        number(key, or: "none", default: value, in: range, meaning)
    }

    /// Reads a finite number, or the given word, for which the result is nil.
    public func number(
        _ key: String, or word: String, default value: Double?, in range: NumberRange<Double>,
        _ meaning: String
    ) -> Double? {
        announce(
            key, "number or \(word)", words: [word], default: value.map { "\($0)" } ?? word,
            range: range.phrase,
            meaning)
        var result = value
        if let node = entry(key)?.value {
            if node.text == word {
                result = nil
            } else {
                let example = "\(value ?? range.example), or \(word)"
                result = checkedNumber(node, dotted(key), range, example: example) ?? value
            }
        }
        resolve(key, line: result.map(resolvedNumber) ?? word)
        return result
    }

    /// Reads a whole number.
    public func integer(
        _ key: String, default value: Int, in range: NumberRange<Int>, _ meaning: String
    ) -> Int {
        announce(key, "integer", default: "\(value)", range: range.phrase, meaning)
        return given(key, default: value, in: range, "a whole number", { "\($0)" }) {
            checkedInteger($0, dotted(key), range, "a whole number such as \(value)")
        }
    }

    /// Reads a whole number that may be absent or `null`.
    public func optionalInteger(
        _ key: String, in range: NumberRange<Int>, _ meaning: String
    ) -> Int? {
        announce(key, "integer", range: range.phrase, meaning)
        return optional(key, { "\($0)" }) {
            checkedInteger($0, dotted(key), range, "a whole number such as \(range.example)")
        }
    }

    /// Reads a list of whole numbers. Each number is checked and has its own location.
    public func integers(
        _ key: String, default value: [Int], in range: NumberRange<Int>, _ meaning: String
    ) -> [Int] {
        announce(key, "list of integers", default: "\(value)", range: range.phrase, meaning)
        let example = value.isEmpty ? [range.example] : value
        let element = "a whole number such as \(example[0])"
        let result =
            checkedList(key, "a list of whole numbers such as \(example)") {
                checkedInteger($0, $1, range, element)
            } ?? value
        resolve(key, line: "\(result)")
        return result
    }

    /// Reads a list of lists of whole numbers. Each number is checked and has its own location.
    public func integerLists(_ key: String, in range: NumberRange<Int>, _ meaning: String)
        -> [[Int]]
    {
        announce(key, "list of lists of integers", range: range.phrase, meaning)
        let example = "\(range.example)"
        let result =
            checkedList(key, "a list of lists of whole numbers such as [[\(example)]]") {
                checkedElements($0, $1, "a list of whole numbers such as [\(example)]") {
                    checkedInteger($0, $1, range, "a whole number such as \(example)")
                }
            } ?? []
        resolve(key, line: "\(result)")
        return result
    }

    /// Reads a list of finite numbers. Each number is checked and has its own location.
    public func numbers(
        _ key: String, default value: [Double], in range: NumberRange<Double>, _ meaning: String
    ) -> [Double] {
        announce(key, "list of numbers", default: "\(value)", range: range.phrase, meaning)
        let example = value.isEmpty ? [range.example] : value
        let result =
            checkedList(key, "a list of numbers such as \(example)") {
                checkedNumber($0, $1, range, example: "\(example[0])")
            } ?? value
        resolve(key, line: "[\(result.map(resolvedNumber).joined(separator: ", "))]")
        return result
    }

    /// Reads a mapping from names that the user chooses to finite numbers; empty if not given.
    public func namedNumbers(
        _ key: String, in range: NumberRange<Double>, _ meaning: String
    ) -> [(name: String, value: Double)] {
        announce(key, "mapping of names to numbers", range: range.phrase, meaning)
        guard let node = entry(key)?.value, !node.isNull else { return [] }
        let example = "\(range.example)"
        guard let entries = node.entries, !entries.isEmpty else {
            let expected = "a mapping of names to numbers such as { a: \(example) }"
            refuse(node, dotted(key), expected: expected)
            return []
        }
        let result = entries.compactMap { entry in
            let path = "\(dotted(key)).\(entry.key)"
            return checkedNumber(entry.value, path, range, example: example).map {
                (name: entry.key, value: $0, layer: entry.value.layer)
            }
        }
        resolve(
            key,
            .mapping(
                result.map {
                    (resolvedScalar($0.name), .line(resolvedNumber($0.value), $0.layer))
                }))
        return result.map { ($0.name, $0.value) }
    }

    /// Reads a list; nil if the key is not given or is not a list.
    ///
    /// - Parameters:
    ///   - expected: the list in words.
    ///   - element: reads one element of the given path; nil after an error. Such elements are left
    ///     out.
    func checkedList<Value>(
        _ key: String, _ expected: String, _ element: (SettingsNode, _ path: String) -> Value?
    ) -> [Value]? {
        entry(key).flatMap { checkedElements($0.value, dotted(key), expected, element) }
    }

    private func checkedElements<Value>(
        _ node: SettingsNode, _ path: String, _ expected: String,
        _ element: (SettingsNode, _ path: String) -> Value?
    ) -> [Value]? {
        guard case .list(let nodes) = node.content else {
            refuse(node, path, expected: expected)
            return nil
        }
        return nodes.enumerated().compactMap { element($1, "\(path)[\($0)]") }
    }

    private func checkedNumber(
        _ node: SettingsNode, _ path: String, _ range: NumberRange<Double>, example: String
    ) -> Double? {
        guard let text = node.plainText, let parsed = parsedNumber(text) else {
            refuse(
                node, path, expected: "a number such as \(example)",
                advice: numberAdvice(node, isWhole: false))
            return nil
        }
        guard parsed != .notFinite, let value = Double(text), value.isFinite else {
            refuse(node, path, expected: "a finite number")
            return nil
        }
        guard isInside(value, node, path, range, "a number") else { return nil }
        let digits = text.prefix { $0 != "e" && $0 != "E" }
        guard value != 0 || !digits.contains(where: { ("1"..."9").contains($0) }) else {
            let smallest = Double.leastNonzeroMagnitude
            refuse(
                node, path, expected: "0 or a number of at least \(smallest)",
                advice: "write 0")
            return nil
        }
        // No rule here distinguishes -0 from 0.
        return value == 0 ? 0 : value
    }

    /// Reads a whole number; nil after an error.
    ///
    /// - Parameters:
    ///   - path: the path of the key, or of an element of its list.
    ///   - expected: the number in words, for values that are not whole numbers.
    func checkedInteger<Value: FixedWidthInteger & Sendable>(
        _ node: SettingsNode, _ path: String, _ range: NumberRange<Value>, _ expected: String
    ) -> Value? {
        guard let text = node.plainText, case .whole? = parsedNumber(text) else {
            refuse(node, path, expected: expected, advice: numberAdvice(node, isWhole: true))
            return nil
        }
        guard let value = Value(text) else {
            let limits =
                Value.isSigned
                ? "that fits into 64 bits" : range.phraseAfterNoun
            refuse(node, path, expected: "a whole number \(limits)")
            return nil
        }
        return isInside(value, node, path, range, "a whole number") ? value : nil
    }

    private func isInside<Value>(
        _ value: Value, _ node: SettingsNode, _ path: String, _ range: NumberRange<Value>,
        _ noun: String
    ) -> Bool {
        let isInside = range.contains(value)
        if !isInside { refuse(node, path, expected: "\(noun) \(range.phraseAfterNoun)") }
        return isInside
    }

    // Returns what `read` makes of a given key, else nil, and records the result as `text` writes
    // it.
    func optional<Value>(
        _ key: String, _ text: (Value) -> String, _ read: (SettingsNode) -> Value?
    ) -> Value? {
        guard let node = entry(key)?.value, !node.isNull, let result = read(node) else {
            return nil
        }
        resolve(key, line: text(result))
        return result
    }

    // Returns what `read` makes of a given key, else the default, and records the result as `text`
    // writes it.
    private func given<Value>(
        _ key: String, default value: Value, in range: NumberRange<Value>, _ noun: String,
        _ text: (Value) -> String, _ read: (SettingsNode) -> Value?
    ) -> Value {
        let result =
            if let node = entry(key)?.value { read(node) ?? value } else {
                checkedDefault(value, key, range, noun)
            }
        resolve(key, line: text(result))
        return result
    }

    // A default may follow from other keys, and so may the range. So the default is checked, too.
    private func checkedDefault<Value>(
        _ value: Value, _ key: String, _ range: NumberRange<Value>, _ noun: String
    ) -> Value {
        guard !range.contains(value), !hasErrors else { return value }
        diagnose(
            .error, place,
            Mismatch(
                dotted(key), expected: "\(noun) \(range.phraseAfterNoun)",
                found: "no value (the default \(value) is outside the range)",
                advice: "set the key"))
        return value
    }
}
