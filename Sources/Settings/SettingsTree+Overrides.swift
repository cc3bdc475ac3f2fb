extension SettingsTree {
    /// Puts a value at a dotted path, as `--set a.b.c=VALUE` does; VALUE is YAML: `0.1`,
    /// `constant`, `[1, 2]`, `{kind: dirichlet, alpha: 0.1}`.
    ///
    /// What is missing on the way is created; a bare kind on the way becomes a mapping with that
    /// `kind`. A mapping without `kind` is merged key by key, null takes a key that is there away,
    /// everything else replaces what was there. The value and what is created bear the given place.
    public mutating func set(
        _ path: String, to value: String, place: Place
    ) throws(SettingsError) {
        guard let node = try YAMLReading.valueNode(value, place: place) else {
            throw SettingsError(
                place,
                "expected a value for \(path), found none; write null to take the key away")
        }
        try root.override(try keys(of: path, place), with: node, at: place, path: "")
    }

    /// Merges a mapping whose keys may be dotted paths, such as a variant of a comparison.
    public mutating func merge(_ overrides: SettingsNode) throws(SettingsError) {
        guard let entries = overrides.entries else {
            throw SettingsError(
                overrides.place, "overrides are a mapping of keys; this is \(overrides.shown)")
        }
        for entry in entries {
            try root.override(
                try keys(of: entry.key, entry.place), with: entry.value, at: entry.place, path: "")
        }
    }
}

private func keys(of path: String, _ place: Place) throws(SettingsError) -> ArraySlice<String> {
    let keys = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard !keys.contains("") else {
        throw SettingsError(
            place, "\(quotedForMessage(path)) is no path of keys, such as 'client.learning_rate'")
    }
    guard keys.count < YAMLReading.deepest else {
        throw SettingsError(
            place, "\(quotedForMessage(path)) is nested deeper than \(YAMLReading.deepest) levels")
    }
    return keys[...]
}

extension SettingsNode {
    // `path` leads to this node and is for messages.
    fileprivate mutating func override(
        _ keys: ArraySlice<String>, with value: SettingsNode, at place: Place, path: String
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

    // The entries to change inside; a bare kind is opened into a mapping.
    private func openedEntries(_ path: String, at place: Place) throws(SettingsError) -> [Entry] {
        if let entries { return entries }
        if case .scalar(let text, _) = content, text != "true", text != "false",
            text.first?.isLetter == true, parsedNumber(text) == nil
        {
            return [Entry(key: "kind", place: self.place, value: self)]
        }
        throw SettingsError(
            place, "'\(path)' is \(shown) at \(self.place.text) and has no keys to override")
    }
}
