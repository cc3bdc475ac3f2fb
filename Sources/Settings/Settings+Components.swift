extension Settings {
    /// Reads a nested mapping; one that is absent or `null` reads as empty.
    public func section<T>(_ key: String, _ meaning: String, _ body: (Settings) -> T) -> T {
        announce(key, "section", meaning)
        let entry = entry(key)
        if let node = entry?.value, node.entries == nil {
            let message = "\(key) is a mapping with keys of its own; this is \(node.shown)"
            diagnose(.error, node.place, message)
        }
        let inner = Settings(
            path: dotted(key), place: entry?.valuePlace ?? place,
            entries: entry?.value.entries ?? [], reading: reading)
        let result = body(inner)
        inner.finish()
        resolve(key, .mapping(inner.resolved))
        return result
    }

    /// Reads a component: a mapping with `kind` and the keys of that kind, or the bare kind. A
    /// mapping without `kind` is one of the default kind.
    public func component<C>(
        _ key: String, from registered: [Registered<C>], default kind: String, _ meaning: String
    ) -> C {
        namedComponent(key, from: registered, default: kind, meaning).component
    }

    /// Like `component`, together with the kind that was read.
    public func namedComponent<C>(
        _ key: String, from registered: [Registered<C>], default kind: String, _ meaning: String
    ) -> (kind: String, component: C) {
        let kinds = registered.map(\.kind)
        announce(key, "one of " + kinds.joined(separator: " | "), default: kind, meaning)
        let entry = entry(key)
        let written = entry.map { writtenKind($0.value, key, kinds, default: kind) } ?? kind
        guard let chosen = registered.first(where: { $0.kind == written ?? kind }) else {
            preconditionFailure("the default kind '\(kind)' of '\(dotted(key))' is not registered")
        }
        // The keys of a kind that nobody knows cannot be checked.
        let entries = written == nil ? [] : entry?.value.entries ?? []
        let inner = Settings(
            path: dotted(key), place: entry?.valuePlace ?? place, entries: entries,
            reading: reading)
        inner.know("kind")
        inner.resolve("kind", .line(resolvedScalar(chosen.kind)))
        let component = chosen.make(inner)
        inner.finish()
        resolve(key, .mapping(inner.resolved))
        return (chosen.kind, component)
    }

    // nil after an error.
    private func writtenKind(
        _ node: SettingsNode, _ key: String, _ kinds: [String], default kind: String
    ) -> String? {
        var named = node
        if case .mapping(let entries) = node.content {
            guard let entry = entries.first(where: { $0.key == "kind" }) else { return kind }
            named = entry.value
        }
        guard let word = named.text else {
            diagnose(
                .error, named.place,
                "\(dotted(key)) is a kind, such as \(kind), or a mapping with 'kind'; "
                    + "this is \(named.shown)")
            return nil
        }
        guard kinds.contains(word) else {
            let close = suggestionPhrase(for: word, among: kinds, otherwise: ";")
            diagnose(
                .error, named.place,
                "unknown kind \(quotedForMessage(word)) for \(dotted(key))\(close) known: "
                    + kinds.joined(separator: ", "))
            return nil
        }
        return word
    }
}
