extension SettingsTree {
    /// Puts a value at a path.
    ///
    /// Missing mappings on the path are created, and a kind alone becomes a mapping with that
    /// `kind`. A mapping without `kind` is merged key by key, and null removes a key. Every other
    /// value replaces the old one. The value and created mappings have the given location.
    mutating func set(
        _ keys: [String], to node: SettingsNode, place: SettingLocation
    ) throws(SettingsError) {
        try root.override(keys[...], with: node, at: place, path: "")
    }

    /// Returns the value of `--set path=value`.
    static func valueNode(
        _ value: String, of path: String, place: SettingLocation
    ) throws(SettingsError) -> SettingsNode {
        if let node = try YAMLReading.valueNode(value, place: place) { return node }
        throw SettingsError(
            place,
            Mismatch(
                path, expected: "a value", found: "none",
                advice: "write null to take the key away"))
    }

    /// Returns the entries of a mapping of changes.
    static func entries(
        ofChanges changes: SettingsNode
    ) throws(SettingsError) -> [SettingsNode.Entry] {
        if let entries = changes.entries { return entries }
        throw changes.unexpected(
            "", expected: "a mapping of changed keys such as { training.rounds: 50 }")
    }

    /// Splits a key path at its dots.
    static func keys(of path: String, _ place: SettingLocation) throws(SettingsError) -> [String] {
        let keys = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard !keys.contains("") else {
            throw SettingsError(
                place,
                Mismatch(
                    "", expected: "a key path such as client.learning_rate",
                    found: quotedForMessage(path), advice: "write one name between two dots"))
        }
        guard keys.count < YAMLReading.deepest else {
            throw SettingsError(
                place,
                Mismatch(
                    "", expected: "a key path of at most \(YAMLReading.deepest - 1) keys",
                    found: "\(quotedForMessage(path)) with \(keys.count)"))
        }
        return keys
    }
}

extension SettingsNode {
    // `path` is the path of this node, for messages.
    fileprivate mutating func override(
        _ keys: ArraySlice<String>, with value: SettingsNode, at place: SettingLocation,
        path: String
    ) throws(SettingsError) {
        guard let key = keys.first else {
            try combine(with: value, path: path)
            return
        }
        var entries = try openedEntries(path, at: place)
        let inner = path.isEmpty ? key : "\(path).\(key)"
        let known = entries.firstIndex { $0.key == key }
        if let known, keys.count == 1, value.isNull {
            entries.remove(at: known)
            content = .mapping(entries)
            return
        }
        let index = known ?? entries.endIndex
        if known == nil {
            let nothing = SettingsNode(.scalar(text: "", quoted: false), place: place)
            entries.append(Entry(key: key, place: place, value: nothing))
        }
        let rest = keys.dropFirst()
        try entries[index].value.override(rest, with: value, at: place, path: inner)
        if rest.isEmpty { entries[index].place = place }
        content = .mapping(entries)
    }

    private mutating func combine(with value: SettingsNode, path: String) throws(SettingsError) {
        guard case .mapping(let changes) = value.content,
            !changes.contains(where: { $0.key == "kind" })
        else {
            self = value
            return
        }
        content = .mapping(try openedEntries(path, at: value.place))
        for change in changes {
            try override([change.key], with: change.value, at: change.place, path: path)
        }
    }

    // Returns the entries to change. A kind alone becomes a mapping with that kind.
    private func openedEntries(_ path: String, at place: SettingLocation) throws(SettingsError)
        -> [Entry]
    {
        if let entries { return entries }
        if case .scalar(let text, _) = content, text != "true", text != "false",
            text.first?.isLetter == true, parsedNumber(text) == nil
        {
            return [Entry(key: "kind", place: self.place, value: self)]
        }
        throw SettingsError(
            place,
            Mismatch(
                path, expected: "a mapping whose keys can be changed",
                found: "\(shown) (\(self.place.text))", advice: "change the whole value"))
    }
}
