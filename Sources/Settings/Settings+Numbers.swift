extension Settings {
    /// Reads a finite number.
    public func number(
        _ key: String, default value: Double, in range: NumberRange<Double>, _ meaning: String
    ) -> Double {
        announce(key, "number", default: "\(value)", range: range.phrase, meaning)
        let result: Double
        if let node = entry(key)?.value {
            result =
                checkedNumber(node, key, range, "\(key) is a number, such as \(value)") ?? value
        } else {
            checkDefault(value, key, range)
            result = value
        }
        resolve(key, .line(resolvedNumber(result)))
        return result
    }

    /// Reads a finite number that may be absent or `null`.
    public func optionalNumber(
        _ key: String, in range: NumberRange<Double>, _ meaning: String
    ) -> Double? {
        announce(key, "number", range: range.phrase, meaning)
        guard let node = entry(key)?.value, !node.isNull else { return nil }
        let expected = "\(key) is a number, such as \(range.example)"
        guard let result = checkedNumber(node, key, range, expected) else { return nil }
        resolve(key, .line(resolvedNumber(result)))
        return result
    }

    /// Reads a finite number, or the word `none`.
    public func numberOrNone(
        _ key: String, default value: Double?, in range: NumberRange<Double>, _ meaning: String
    ) -> Double? {
        number(key, or: "none", default: value, in: range, meaning)
    }

    /// Reads a finite number, or this word, for which nil is handed back.
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
                let expected = "\(key) is a number, such as \(value ?? range.example), or \(word)"
                result = checkedNumber(node, key, range, expected) ?? value
            }
        }
        resolve(key, .line(result.map(resolvedNumber) ?? word))
        return result
    }

    /// Reads a whole number.
    public func integer(
        _ key: String, default value: Int, in range: NumberRange<Int>, _ meaning: String
    ) -> Int {
        announce(key, "integer", default: "\(value)", range: range.phrase, meaning)
        let result: Int
        if let node = entry(key)?.value {
            let expected = "\(key) is a whole number, such as \(value)"
            result = checkedInteger(node, key, range, expected) ?? value
        } else {
            checkDefault(value, key, range)
            result = value
        }
        resolve(key, .line("\(result)"))
        return result
    }

    /// Reads a whole number that may be absent or `null`.
    public func optionalInteger(
        _ key: String, in range: NumberRange<Int>, _ meaning: String
    ) -> Int? {
        announce(key, "integer", range: range.phrase, meaning)
        guard let node = entry(key)?.value, !node.isNull else { return nil }
        let expected = "\(key) is a whole number, such as \(range.example)"
        guard let result = checkedInteger(node, key, range, expected) else { return nil }
        resolve(key, .line("\(result)"))
        return result
    }

    /// Reads a list of whole numbers; each is checked and has its own place.
    public func integers(
        _ key: String, default value: [Int], in range: NumberRange<Int>, _ meaning: String
    ) -> [Int] {
        announce(key, "list of integers", default: "\(value)", range: range.phrase, meaning)
        let example = value.isEmpty ? [range.example] : value
        let expected = "\(key) is a list of whole numbers, such as \(example)"
        let result =
            checkedList(key, expected) { checkedInteger($0, "each of \(key)", range, expected) }
            ?? value
        resolve(key, .line("\(result)"))
        return result
    }

    /// Reads a list of lists of whole numbers; each number is checked and has its own place.
    public func integerLists(_ key: String, in range: NumberRange<Int>, _ meaning: String)
        -> [[Int]]
    {
        announce(key, "list of lists of integers", range: range.phrase, meaning)
        let example = range.example
        let expected = "\(key) is a list of lists of whole numbers, such as [[\(example)]]"
        let result =
            checkedList(key, expected) { node -> [Int]? in
                guard case .list(let nodes) = node.content else {
                    diagnose(.error, node.place, "\(expected); this is \(node.shown)")
                    return nil
                }
                return nodes.compactMap {
                    checkedInteger($0, "each of \(key)", range, expected)
                }
            } ?? []
        resolve(key, .line("\(result)"))
        return result
    }

    /// Reads a list of finite numbers; each is checked and has its own place.
    public func numbers(
        _ key: String, default value: [Double], in range: NumberRange<Double>, _ meaning: String
    ) -> [Double] {
        announce(key, "list of numbers", default: "\(value)", range: range.phrase, meaning)
        let example = value.isEmpty ? [range.example] : value
        let expected = "\(key) is a list of numbers, such as \(example)"
        let result =
            checkedList(key, expected) { checkedNumber($0, "each of \(key)", range, expected) }
            ?? value
        resolve(key, .line("[\(result.map(resolvedNumber).joined(separator: ", "))]"))
        return result
    }

    /// Reads a mapping from names that the user chooses to finite numbers; none where not given.
    public func namedNumbers(
        _ key: String, in range: NumberRange<Double>, _ meaning: String
    ) -> [(name: String, value: Double)] {
        announce(key, "mapping of names to numbers", range: range.phrase, meaning)
        guard let node = entry(key)?.value, !node.isNull else { return [] }
        let expected = "\(key) is a mapping of names to numbers, such as { a: \(range.example) }"
        guard let entries = node.entries, !entries.isEmpty else {
            diagnose(.error, node.place, "\(expected); this is \(node.shown)")
            return []
        }
        let result = entries.compactMap { entry in
            checkedNumber(entry.value, "each of \(key)", range, expected).map {
                (name: entry.key, value: $0)
            }
        }
        resolve(
            key,
            .mapping(result.map { (resolvedScalar($0.name), .line(resolvedNumber($0.value))) }))
        return result
    }

    // nil: not given, or no list. Wrong elements are left out; their errors stop the load.
    func checkedList<Value>(
        _ key: String, _ expected: String, _ element: (SettingsNode) -> Value?
    ) -> [Value]? {
        guard let node = entry(key)?.value else { return nil }
        guard case .list(let nodes) = node.content else {
            diagnose(.error, node.place, "\(expected); this is \(node.shown)")
            return nil
        }
        return nodes.compactMap(element)
    }

    private func checkedNumber(
        _ node: SettingsNode, _ name: String, _ range: NumberRange<Double>, _ expected: String
    ) -> Double? {
        guard let text = node.plainText, let parsed = parsedNumber(text) else {
            let advice = numberAdvice(node, isWhole: false)
            diagnose(.error, node.place, "\(expected); this is \(node.shown)\(advice)")
            return nil
        }
        guard parsed != .notFinite, let value = Double(text), value.isFinite else {
            diagnose(.error, node.place, "\(name) must be finite; this is \(node.shown)")
            return nil
        }
        guard let value = inRange(value, node, name, range) else { return nil }
        let digits = text.prefix { $0 != "e" && $0 != "E" }
        guard value != 0 || !digits.contains(where: { ("1"..."9").contains($0) }) else {
            diagnose(
                .error, node.place,
                "\(name) is too small to be told from 0; this is \(node.shown); write 0")
            return nil
        }
        // No rule here distinguishes -0 from 0.
        return value == 0 ? 0 : value
    }

    func checkedInteger<Value: FixedWidthInteger & Sendable>(
        _ node: SettingsNode, _ name: String, _ range: NumberRange<Value>, _ expected: String
    ) -> Value? {
        guard let text = node.plainText, case .whole? = parsedNumber(text) else {
            let advice = numberAdvice(node, isWhole: true)
            diagnose(.error, node.place, "\(expected); this is \(node.shown)\(advice)")
            return nil
        }
        guard let value = Value(text) else {
            let limit = Value.isSigned ? "fit into 64 bits" : "be \(range.phrase)"
            diagnose(.error, node.place, "\(name) must \(limit); this is \(node.shown)")
            return nil
        }
        return inRange(value, node, name, range)
    }

    private func inRange<Value>(
        _ value: Value, _ node: SettingsNode, _ name: String, _ range: NumberRange<Value>
    ) -> Value? {
        guard range.contains(value) else {
            diagnose(
                .error, node.place, "\(name) must be \(range.phrase); this is \(node.shown)")
            return nil
        }
        return value
    }

    // A default may follow from other keys, and so may the range.
    private func checkDefault<Value>(_ value: Value, _ key: String, _ range: NumberRange<Value>) {
        guard !range.contains(value), !hasErrors else { return }
        diagnose(
            .error, place,
            "\(key) must be \(range.phrase); it is not given and its default is \(value)")
    }
}
