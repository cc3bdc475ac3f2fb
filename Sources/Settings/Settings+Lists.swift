extension Settings {
    /// Reads a list of components that may be absent or `null`; then the result is nil, and the
    /// resolved text does not have the key. Each mapping must name its kind.
    ///
    /// - Parameter limit: the largest number of elements.
    public func optionalComponents<C>(
        _ key: String, from registered: [Registered<C>], atMost limit: Int, _ meaning: String
    ) -> [(kind: String, component: C)]? {
        announce(
            key, "list of " + registered.map(\.kind).joined(separator: " | "),
            range: "at most \(limit)", meaning)
        guard let node = entry(key)?.value, !node.isNull,
            let nodes = listed(node, key, atMost: limit, Self.ofKinds)
        else { return nil }
        for (index, node) in nodes.enumerated() {
            guard let entries = node.entries, !entries.contains(where: { $0.key == "kind" }) else {
                continue
            }
            let kinds = registered.map(\.kind).joined(separator: ", ")
            refuse(
                node, dotted("\(key)[\(index)]"), expected: "a mapping with kind, one of \(kinds)")
            return nil
        }
        return components(key, nodes, from: registered)
    }

    /// Reads a component that may be absent or `null`, with its kind; else as `namedComponent`.
    public func optionalComponent<C>(
        _ key: String, from registered: [Registered<C>], default kind: String, _ meaning: String
    ) -> (kind: String, component: C)? {
        announce(
            key, "one of " + registered.map(\.kind).joined(separator: " | "),
            words: registered.map(\.kind), meaning)
        guard let entry = entry(key), !entry.value.isNull else { return nil }
        let (chosen, component, resolved) = read(
            key, entry.value, at: entry.valuePlace, from: registered, default: kind)
        resolve(key, .mapping(resolved))
        return (chosen, component)
    }

    /// Reads a list of mappings. Each has a path of its own: `drift[0].round`. An absent list and
    /// `null` are empty, and the resolved text then does not have the key.
    ///
    /// - Parameters:
    ///   - expected: the list in words.
    ///   - limit: the largest number of elements.
    public func sections<T>(
        _ key: String, _ expected: String, atMost limit: Int, _ meaning: String,
        _ body: (Settings) -> T
    ) -> [T] {
        announce(key, "list of mappings", range: "at most \(limit)", meaning)
        guard let node = entry(key)?.value, !node.isNull,
            let nodes = listed(node, key, atMost: limit, expected)
        else { return [] }
        var resolved: [[(key: String, value: ResolvedValue)]] = []
        var values: [T] = []
        for (index, node) in nodes.enumerated() {
            let path = "\(key)[\(index)]"
            guard let entries = node.entries, !entries.isEmpty else {
                refuse(node, dotted(path), expected: "a mapping with keys of its own")
                continue
            }
            let inner = Settings(
                path: dotted(path), place: node.place, entries: entries, reading: reading)
            values.append(body(inner))
            inner.finish()
            resolved.append(inner.resolved)
        }
        resolve(key, .mappings(resolved))
        return values
    }

    /// Returns the elements of a list, at most `limit`; nil, with an error, for another value.
    func listed(
        _ node: SettingsNode, _ key: String, atMost limit: Int, _ expected: String
    ) -> [SettingsNode]? {
        guard case .list(var list) = node.content else {
            refuse(node, dotted(key), expected: expected)
            return nil
        }
        if list.count > limit {
            diagnose(
                .error, node.place,
                Mismatch(
                    dotted(key),
                    expected: "at most \(counted(limit, "entry", plural: "entries"))",
                    found: "\(list.count)"))
            list.removeLast(list.count - limit)
        }
        return list
    }
}
