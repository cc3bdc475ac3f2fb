/// Questions about what one layer of settings leaves of another.
extension SettingsTree {
    /// One value that a mapping of changes sets.
    public struct Leaf: Sendable {
        /// The keys that lead to it.
        public let keys: [String]
        /// The value: a scalar, null, a list or an empty mapping.
        public let value: SettingsNode

        /// The dotted path.
        public var path: String { keys.joined(separator: ".") }
    }

    /// The values that these changes set, as `merge` applies them, in file order.
    public static func leaves(of changes: SettingsNode) throws(SettingsError) -> [Leaf] {
        var tree = try SettingsTree(SettingsNode(.mapping([]), place: changes.place))
        try tree.merge(changes)
        return leaves(of: tree.root, [])
    }

    /// The values that `set` puts at a dotted path.
    public static func leaves(
        of path: String, _ value: String, place: Place
    ) throws(SettingsError) -> [Leaf] {
        var tree = try SettingsTree(SettingsNode(.mapping([]), place: place))
        try tree.set(path, to: value, place: place)
        return leaves(of: tree.root, [])
    }

    private static func leaves(of node: SettingsNode, _ keys: [String]) -> [Leaf] {
        guard case .mapping(let entries) = node.content, !entries.isEmpty else {
            return keys.isEmpty ? [] : [Leaf(keys: keys, value: node)]
        }
        return entries.flatMap { leaves(of: $0.value, keys + [$0.key]) }
    }

    /// Whether a value of this tree was written at this place.
    public func has(_ place: Place) -> Bool { root.has(place) }

    /// Whether this tree has the value of a leaf, from wherever it comes. Null and an empty mapping
    /// are there where nothing else is; a bare kind is the same as a mapping with that `kind`.
    public func holds(_ leaf: Leaf) -> Bool {
        let found = root.value(at: leaf.keys[...])
        if leaf.value.entries?.isEmpty == true, !leaf.value.isNull { return true }
        guard let found else { return leaf.value.isNull }
        return found.hasValue(of: leaf.value)
    }
}

extension SettingsNode {
    fileprivate func has(_ place: Place) -> Bool {
        guard case .mapping(let entries) = content else { return false }
        return entries.contains { $0.valuePlace == place || $0.value.has(place) }
    }

    fileprivate func value(at keys: ArraySlice<String>) -> SettingsNode? {
        guard let key = keys.first else { return self }
        if case .mapping(let entries) = content {
            return entries.first { $0.key == key }?.value.value(at: keys.dropFirst())
        }
        return key == "kind" && keys.count == 1 && text != nil ? self : nil
    }

    fileprivate func hasValue(of other: SettingsNode) -> Bool {
        switch (content, other.content) {
        case (.scalar, .scalar): isNull == other.isNull && text == other.text
        case (.list(let mine), .list(let others)):
            mine.count == others.count && zip(mine, others).allSatisfy { $0.hasValue(of: $1) }
        case (.mapping(let mine), .mapping(let others)):
            mine.count == others.count
                && others.allSatisfy { entry in
                    mine.first { $0.key == entry.key }?.value.hasValue(of: entry.value) ?? false
                }
        case (.mapping(let mine), .scalar):
            other.text != nil && mine.first { $0.key == "kind" }?.value.text == other.text
        default: false
        }
    }
}
