extension Settings {
    /// Reads a nested mapping. A missing mapping and `null` are read as an empty one.
    public func section<T>(_ key: String, _ meaning: String, _ body: (Settings) -> T) -> T {
        announce(key, "section", meaning)
        let entry = entry(key)
        if let node = entry?.value, node.entries == nil {
            refuse(node, dotted(key), expected: "a mapping with keys of its own")
        }
        let inner = Settings(
            path: dotted(key), place: entry?.valuePlace ?? place,
            entries: entry?.value.entries ?? [], reading: reading)
        let result = body(inner)
        inner.finish()
        resolve(key, .mapping(inner.resolved))
        return result
    }

    /// Reads a component: a mapping with `kind` and the keys of that kind, or the kind alone. A
    /// mapping without `kind` has the default kind.
    public func component<C>(
        _ key: String, from registered: [Registered<C>], default kind: String, _ meaning: String
    ) -> C {
        namedComponent(key, from: registered, default: kind, meaning).component
    }

    /// Reads a component and returns it with its kind.
    ///
    /// - Parameter mustBeGiven: whether the caller reports a missing key. The default then only
    ///   replaces the missing value and is not documented.
    public func namedComponent<C>(
        _ key: String, from registered: [Registered<C>], default kind: String,
        mustBeGiven: Bool = false, _ meaning: String
    ) -> (kind: String, component: C) {
        announce(
            key, "one of " + registered.map(\.kind).joined(separator: " | "),
            words: registered.map(\.kind), default: mustBeGiven ? "" : kind, meaning
        )
        let entry = entry(key)
        let (chosen, component, resolved) = read(
            key, entry?.value, at: entry?.valuePlace ?? place, from: registered, default: kind)
        resolve(key, .mapping(resolved))
        return (chosen, component)
    }

    /// Reads a list of components. Each has a path of its own: `levels[0].learning_rate`.
    ///
    /// - Parameters:
    ///   - values: the default list; each element has its keys as a user would write them.
    ///   - limit: the largest number of elements.
    public func components<C>(
        _ key: String, from registered: [Registered<C>],
        default values: [KeyValuePairs<String, String>], atMost limit: Int, _ meaning: String
    ) -> [(kind: String, component: C)] {
        let kinds = registered.map(\.kind)
        let shown = values.map { value in
            "{ " + value.map { "\($0.key): \($0.value)" }.joined(separator: ", ") + " }"
        }
        announce(
            key, "list of " + kinds.joined(separator: " | "),
            default: "[\(shown.joined(separator: ", "))]", range: "at most \(limit)", meaning)
        var nodes = values.map { value in
            SettingsNode(
                .mapping(
                    value.map {
                        SettingsNode.Entry(
                            key: $0.key, place: place,
                            value: SettingsNode(
                                .scalar(text: $0.value, quoted: false), place: place))
                    }), place: place
            ).stamped(.standard)
        }
        if let node = entry(key)?.value {
            nodes = listed(node, key, atMost: limit, Self.ofKinds) ?? nodes
        }
        return components(key, nodes, from: registered)
    }

    /// A list of components in words, for messages.
    static let ofKinds = "a list of kinds or of mappings with 'kind'"

    /// Reads the elements of a list of components.
    func components<C>(
        _ key: String, _ nodes: [SettingsNode], from registered: [Registered<C>]
    ) -> [(kind: String, component: C)] {
        let elements = nodes.enumerated().map { index, node in
            read(
                "\(key)[\(index)]", node, at: node.place, from: registered,
                default: registered[0].kind)
        }
        resolve(key, .mappings(elements.map(\.resolved)))
        return elements.map { ($0.kind, $0.component) }
    }

    /// Reads one component; nil stands for a missing one.
    func read<C>(
        _ key: String, _ node: SettingsNode?, at place: SettingLocation,
        from registered: [Registered<C>],
        default kind: String
    ) -> (kind: String, component: C, resolved: [(key: String, value: ResolvedValue)]) {
        let kinds = registered.map(\.kind)
        let written = node.map { writtenKind($0, key, kinds, default: kind) } ?? kind
        guard let chosen = registered.first(where: { $0.kind == written ?? kind }) else {
            preconditionFailure("the default kind '\(kind)' of '\(dotted(key))' is not registered")
        }
        // The keys of an unknown kind cannot be checked.
        let entries = written == nil ? [] : node?.entries ?? []
        let keys = LoadRecord.ComponentKeys(
            kind: chosen.kind, ownKeys: { chosen.keysOfAllForms },
            otherKinds: { name in
                registered.filter { other in
                    other.kind != chosen.kind
                        && other.keysOfAllForms.contains { $0.path == name && $0.key == name }
                }.map(\.kind)
            })
        let inner = Settings(
            path: dotted(key), place: place, entries: entries, reading: reading, component: keys)
        inner.know("kind")
        // A bare kind has the layer of the value itself.
        let named = inner.entry("kind")?.value ?? (node?.text == nil ? nil : node)
        inner.resolve("kind", .line(resolvedScalar(chosen.kind), named?.layer ?? .standard))
        let component = chosen.make(inner)
        inner.finish()
        return (chosen.kind, component, inner.resolved)
    }

    // Returns the kind that the user wrote, or the default; nil after an error.
    private func writtenKind(
        _ node: SettingsNode, _ key: String, _ kinds: [String], default kind: String
    ) -> String? {
        var named = node
        if case .mapping(let entries) = node.content {
            guard let entry = entries.first(where: { $0.key == "kind" }) else { return kind }
            named = entry.value
        }
        guard let word = named.text else {
            let expected = "a kind such as \(kind), or a mapping with 'kind'"
            refuse(named, dotted(key), expected: expected)
            return nil
        }
        guard kinds.contains(word) else {
            reading.unknownKinds.append(
                LoadRecord.UnknownWord(
                    word: word, path: dotted(key), place: named.place, known: kinds))
            return nil
        }
        return word
    }
}
