import Settings

/// A JSON file of results that hyperfed wrote, read back key by key.
struct ResultReading {
    // Looked up only, so the order of keys does not matter.
    private let values: [String: SettingsNode]
    private let path: String

    /// Reads a file.
    ///
    /// - Throws: `UsageError` if it cannot be read, or is not a JSON object.
    init(_ path: String) throws(UsageError) {
        let text: [UInt8]
        do { text = try Files.readBytes(path, atMost: 64 << 20) } catch {
            throw UsageError(
                "\(path): expected a file that can be read, found an error"
                    + " (\(SystemError.cause(of: error)))")
        }
        let tree: SettingsTree
        do { tree = try SettingsTree(json: text, file: path) } catch {
            throw UsageError(
                "\(path): expected a file that hyperfed wrote, found other content (\(error))")
        }
        self.init(tree, path)
    }

    /// Makes the error for a value of another form.
    func problem(_ key: String, expected: String, found: String) -> UsageError {
        UsageError("\(path): \(key): expected \(expected), found \(found)")
    }

    private func node(_ key: String, _ expected: String) throws(UsageError) -> SettingsNode {
        guard let node = found(key) else {
            throw problem(key, expected: expected, found: "no such key")
        }
        return node
    }

    /// Returns the value at a key path; nil if there is none.
    private func found(_ path: String) -> SettingsNode? {
        guard let dot = path.firstIndex(of: ".") else { return values[path] }
        let inner = values[String(path[..<dot])].flatMap { try? SettingsTree($0) }
        return inner?.node(String(path[path.index(after: dot)...]))
    }

    private func read<T>(
        _ key: String, _ expected: String, _ value: (String) -> T?
    ) throws(UsageError) -> T {
        let node = try node(key, expected)
        guard let read = node.text.flatMap(value) else {
            throw problem(key, expected: expected, found: node.shown)
        }
        return read
    }

    private func optional<T>(
        _ key: String, _ expected: String, _ value: (String) -> T?
    ) throws(UsageError) -> T? {
        try node(key, expected).isNull ? nil : try read(key, expected, value)
    }

    /// Returns the text of a key.
    func text(_ key: String) throws(UsageError) -> String { try read(key, "a text") { $0 } }

    /// Returns the path of a folder inside that of the file. It does not begin at the root, and has
    /// no part "." or "..".
    func innerPath(_ key: String) throws(UsageError) -> String {
        try read(key, "the path of a folder inside this one") { text in
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            let isInside = !parts.contains { ["", ".", ".."].contains($0) }
            return isInside && !text.utf8.contains(0) ? text : nil
        }
    }

    /// Returns a text, or nil for null.
    func optionalText(_ key: String) throws(UsageError) -> String? {
        try optional(key, "a text or null") { $0 }
    }

    /// Returns what `read` makes of a key; nil for a key that earlier versions did not write.
    func ifThere<T>(
        _ key: String, _ read: (String) throws(UsageError) -> T?
    ) throws(UsageError) -> T? {
        found(key) == nil ? nil : try read(key)
    }

    /// Returns one of the words of a type.
    func word<T: RawRepresentable>(_ key: String, _ expected: String) throws(UsageError) -> T
    where T.RawValue == String {
        try read(key, expected) { T(rawValue: $0) }
    }

    /// Returns one of the words of a type, or nil for null.
    func optionalWord<T: RawRepresentable>(_ key: String, _ expected: String) throws(UsageError)
        -> T?
    where T.RawValue == String {
        try optional(key, expected) { T(rawValue: $0) }
    }

    /// Returns a whole number that is not negative.
    func count(_ key: String) throws(UsageError) -> Int {
        try read(key, "a count") { Int($0).flatMap { $0 < 0 ? nil : $0 } }
    }

    /// Returns a whole number that is not negative, or nil for null.
    func optionalCount(_ key: String) throws(UsageError) -> Int? {
        try optional(key, "a count or null") { Int($0).flatMap { $0 < 0 ? nil : $0 } }
    }

    /// Returns a seed, which is a text, since other readers round numbers of this size.
    func seed(_ key: String) throws(UsageError) -> UInt64 { try read(key, "a seed") { UInt64($0) } }

    /// Returns the number of a key.
    func number(_ key: String) throws(UsageError) -> Double {
        try read(key, "a number", Double.init)
    }

    /// Returns a number, or nil for null.
    func optionalNumber(_ key: String) throws(UsageError) -> Double? {
        try optional(key, "a number or null", Double.init)
    }

    /// Returns true or false.
    func flag(_ key: String) throws(UsageError) -> Bool {
        try read(key, "true or false", Bool.init)
    }

    /// Returns the keys and values of an object of texts.
    func texts(_ key: String) throws(UsageError) -> [RunFile.Value] {
        let node = try node(key, "an object of texts")
        var values: [RunFile.Value] = []
        for entry in node.entries ?? [] {
            guard let text = entry.value.text else {
                throw problem(
                    "\(key).\(entry.key)", expected: "a text", found: entry.value.shown)
            }
            values.append(RunFile.Value(key: entry.key, value: text))
        }
        return values
    }

    /// Returns a list of texts.
    func texts(inList key: String) throws(UsageError) -> [String] {
        guard let texts = try optionalTexts(key) else {
            throw problem(key, expected: "a list of texts", found: "null")
        }
        return texts
    }

    /// Returns a list of texts, or nil for null.
    func optionalTexts(_ key: String) throws(UsageError) -> [String]? {
        let node = try node(key, "a list of texts or null")
        if node.isNull { return nil }
        guard case .list(let elements) = node.content else {
            throw problem(key, expected: "a list of texts or null", found: node.shown)
        }
        return elements.map { $0.text ?? "" }
    }

    /// Returns the elements of a list of objects, each as a file of its own.
    func objects(_ key: String) throws(UsageError) -> [ResultReading] {
        let node = try node(key, "a list of objects")
        guard case .list(let elements) = node.content else {
            throw problem(key, expected: "a list of objects", found: node.shown)
        }
        var objects: [ResultReading] = []
        for (index, element) in elements.enumerated() {
            guard case .mapping = element.content, let tree = try? SettingsTree(element) else {
                throw problem("\(key).\(index)", expected: "an object", found: element.shown)
            }
            objects.append(ResultReading(tree, "\(path): \(key).\(index)"))
        }
        return objects
    }

    private init(_ tree: SettingsTree, _ path: String) {
        values = Dictionary((tree.entries("") ?? []).map { ($0.key, $0.value) }) { first, _ in
            first
        }
        self.path = path
    }
}
