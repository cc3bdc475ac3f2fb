/// A settings tree made of layers, which remembers who set each value, and over whom.
///
///     var tree = LayeredTree(file)
///     try tree.apply(variant, as: SettingsLayer(.variant, "variant both"))
///     tree.effective            // the settings to load
///     tree.lostValues()         // values that a later change replaced
///     tree.stack("client.learning_rate")
///
/// Each change follows the rules of `SettingsTree.merge` and `SettingsTree.set`.
public struct LayeredTree: Sendable {
    /// One value that a layer sets: a scalar, null, a list, an empty mapping or a whole component.
    public struct Change: Sendable {
        /// Who sets the value.
        public let layer: SettingsLayer
        /// The keys of the path.
        public let keys: [String]
        /// The value that the layer sets.
        public let value: SettingsNode

        /// The keys with dots between them.
        public var path: String { keys.joined(separator: ".") }
    }

    /// One value of a layer that a later change replaced by another value.
    public struct LostValue: Sendable {
        /// The path of the value.
        public let path: String
        /// The value that was lost.
        public let value: SettingsNode
        /// Who set the value.
        public let layer: SettingsLayer
        /// The change that replaced it.
        public let winner: Change
        /// Whether the path has no value at all, since the winner replaced a mapping around it.
        public let isGone: Bool
    }

    /// The settings as all layers together give them.
    public private(set) var effective: SettingsTree
    /// All changes of the file's values, from the first to the last.
    public private(set) var changes: [Change] = []
    private let file: SettingsTree

    /// Starts with the values of a file.
    public init(_ file: SettingsTree) { (effective, self.file) = (file, file) }

    /// Merges a mapping whose keys may be key paths.
    public mutating func apply(
        _ changes: SettingsNode, as layer: SettingsLayer
    ) throws(SettingsError) {
        for entry in try SettingsTree.entries(ofChanges: changes) {
            let keys = try SettingsTree.keys(of: entry.key, entry.place)
            try apply(keys, entry.value, entry.place, layer)
        }
    }

    /// Puts a value at a key path, as `--set path=value` does. The value is YAML: `0.1`,
    /// `constant`, `[1, 2]`, `{kind: dirichlet, alpha: 0.1}`; null removes the key.
    public mutating func set(
        _ path: String, to value: String, place: SettingLocation, as layer: SettingsLayer
    ) throws(SettingsError) {
        let node = try SettingsTree.valueNode(value, of: path, place: place)
        try apply(try SettingsTree.keys(of: path, place), node, place, layer)
    }

    private mutating func apply(
        _ keys: [String], _ value: SettingsNode, _ place: SettingLocation, _ layer: SettingsLayer
    ) throws(SettingsError) {
        let node = value.stamped(layer)
        try effective.set(keys, to: node, place: place)
        changes += Self.changes(keys, node, layer)
    }

    // A mapping without `kind` is merged, so that each of its entries is a change of its own.
    private static func changes(
        _ keys: [String], _ value: SettingsNode, _ layer: SettingsLayer
    ) -> [Change] {
        guard case .mapping(let entries) = value.content, !entries.isEmpty,
            !entries.contains(where: { $0.key == "kind" })
        else { return [Change(layer: layer, keys: keys, value: value)] }
        return entries.flatMap { changes(keys + [$0.key], $0.value, layer) }
    }

    /// Returns the values that a later change replaced by another value, in the order of the
    /// changes. Values of the file are left out: other layers are there to change them.
    public func lostValues() -> [LostValue] {
        changes.enumerated().flatMap { index, change in
            change.leaves.compactMap { keys, value -> LostValue? in
                guard !effective.holds(value, at: keys) else { return nil }
                let later = changes[(index + 1)...]
                let winner =
                    later.last { $0.replaces(keys) }
                    ?? later.last { value.isNull && $0.keys.starts(with: keys) }
                guard let winner else { return nil }
                let path = keys.joined(separator: ".")
                return LostValue(
                    path: path, value: value, layer: change.layer, winner: winner,
                    isGone: effective.value(at: keys) == nil)
            }
        }
    }

    /// One value of a key path, and who gives it.
    public struct StackEntry: Sendable {
        /// Who gives the value.
        public let layer: SettingsLayer
        /// The value; nil if the layer replaces a mapping around the path by one without it.
        public let value: SettingsNode?
        /// The path that the layer sets: the asked path, one above or one below.
        public let path: String
        /// The location of the value.
        public let place: SettingLocation
    }

    /// Returns all values that layers give to a key path, the winner first.
    ///
    /// - Returns: also changes of a mapping around the path, and of keys below it.
    public func stack(_ path: String) -> [StackEntry] {
        let keys = SettingsNode.keysWithIndices(path)
        var found: [StackEntry] = []
        if let node = file.value(at: keys) {
            found.append(StackEntry(layer: .file, value: node, path: path, place: node.place))
        }
        for change in changes {
            // An empty mapping changes nothing.
            let isEmpty = change.value.entries?.isEmpty == true && !change.value.isNull
            if isEmpty, keys != change.keys { continue }
            if keys.starts(with: change.keys) {
                let node = change.value.value(at: keys.dropFirst(change.keys.count))
                let own = node == nil ? change.value : node
                found.append(
                    StackEntry(
                        layer: change.layer, value: node, path: node == nil ? change.path : path,
                        place: own?.place ?? change.value.place))
            } else if change.keys.starts(with: keys) || change.replaces(keys) {
                found.append(
                    StackEntry(
                        layer: change.layer, value: change.value, path: change.path,
                        place: change.value.place))
            }
        }
        return found.reversed()
    }
}

extension LayeredTree.Change {
    /// The single values of this change, each with its path.
    var leaves: [(keys: [String], value: SettingsNode)] { Self.leaves(keys, value) }

    private static func leaves(
        _ keys: [String], _ value: SettingsNode
    ) -> [(keys: [String], value: SettingsNode)] {
        guard case .mapping(let entries) = value.content, !entries.isEmpty else {
            return [(keys, value)]
        }
        return entries.flatMap { leaves(keys + [$0.key], $0.value) }
    }

    /// Returns whether this change replaces the value at a path. The change sets the path, a
    /// mapping around it, or the `kind` of a component whose kind alone is at the path.
    func replaces(_ path: [String]) -> Bool {
        path.starts(with: keys) || keys == path + ["kind"]
    }
}

extension SettingsTree {
    /// Returns whether this tree has a value at a path, from any layer. Null and an empty mapping
    /// are equal to no value. A kind alone is equal to a mapping with that `kind`.
    func holds(_ value: SettingsNode, at keys: [String]) -> Bool {
        if value.entries?.isEmpty == true, !value.isNull { return true }
        guard let found = self.value(at: keys) else { return value.isNull }
        return found.hasValue(of: value)
    }

    /// Returns the value at a path; nil if there is none. The path of `kind` also finds a kind
    /// alone.
    package func value(at keys: [String]) -> SettingsNode? { root.value(at: keys[...]) }

    /// Returns the location of the value at a key path, which may name an element of a list:
    /// `data.shift[0].sigma`. If the element does not have the key, the location is that of the
    /// element. Nil if there is no such value.
    public func place(of path: String) -> SettingLocation? {
        var keys = SettingsNode.keysWithIndices(path)
        while !keys.isEmpty {
            if let found = root.value(at: keys[...]) { return found.place }
            guard keys.contains(where: { $0.hasPrefix("[") }) else { return nil }
            keys.removeLast()
        }
        return nil
    }

    /// Returns whether a value of this tree was written at this location.
    public func has(_ place: SettingLocation) -> Bool { root.has(place) }

    /// Returns whether two trees have the same values, wherever they come from.
    public func hasSameValues(as other: SettingsTree) -> Bool {
        root.hasValue(of: other.root) && other.root.hasValue(of: root)
    }
}

extension SettingsNode {
    fileprivate func has(_ place: SettingLocation) -> Bool {
        guard case .mapping(let entries) = content else { return false }
        return entries.contains { $0.valuePlace == place || $0.value.has(place) }
    }

    /// Returns the keys of a path; an element of a list is a key of its own: `levels[0].beta1` is
    /// `levels`, `[0]` and `beta1`.
    static func keysWithIndices(_ path: String) -> [String] {
        path.split(separator: ".").flatMap { part in
            let pieces = part.split(separator: "[")
            return pieces.enumerated().map { index, piece in
                index == 0 && part.first != "[" ? String(piece) : "[\(piece)"
            }
        }
    }

    fileprivate func value(at keys: ArraySlice<String>) -> SettingsNode? {
        guard let key = keys.first else { return self }
        if case .list(let elements) = content {
            guard let index = Int(key.dropFirst().dropLast()), elements.indices.contains(index)
            else { return nil }
            return elements[index].value(at: keys.dropFirst())
        }
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
