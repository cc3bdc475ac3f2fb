/// A settings file as a tree that knows where each value was written.
///
///     var tree = try SettingsTree(yaml: text, file: "demo.yaml")
///     try tree.set("rounds", to: "9", place: .commandLine(set: "rounds"))
///     let loaded = try tree.load { settings in Scenario(settings) }
public struct SettingsTree: Sendable {
    /// Always a mapping.
    var root: SettingsNode
    /// What relative paths of the resolved text are put behind; empty leaves them relative.
    let workingFolder: String

    /// Reads YAML: one document, a mapping, at most 1 MiB and 16 levels, no anchors, aliases or
    /// tags, each key once. An empty file is an empty mapping.
    ///
    /// `file` names the file in messages, and its folder is where relative paths in it start.
    /// With `workingFolder`, the absolute path of the process's folder, the resolved text holds
    /// absolute paths, which it must in order to be loaded from another folder.
    public init(yaml: String, file: String, workingFolder: String = "") throws(SettingsError) {
        let node = try YAMLReading.node(yaml: yaml, file: file)
        try self.init(node, workingFolder: workingFolder)
    }

    /// A tree of a mapping that was taken out of another one.
    public init(_ node: SettingsNode, workingFolder: String = "") throws(SettingsError) {
        guard let entries = node.entries else {
            throw SettingsError(
                node.place, "a settings file is a mapping of keys; this is \(node.shown)")
        }
        root = SettingsNode(.mapping(entries), place: node.place)
        self.workingFolder = workingFolder
    }

    /// Takes a key out of the root; nil if it is not there.
    public mutating func remove(_ key: String) -> SettingsNode? {
        guard case .mapping(var entries) = root.content,
            let index = entries.firstIndex(where: { $0.key == key })
        else { return nil }
        let removed = entries.remove(at: index)
        root.content = .mapping(entries)
        return removed.value
    }

    /// The value at a dotted path; nil if there is none.
    public func node(_ path: String) -> SettingsNode? {
        var node = root
        for key in path.split(separator: ".") {
            guard let entry = node.entries?.first(where: { $0.key == key }) else { return nil }
            node = entry.value
        }
        return node
    }

    /// The entries of the mapping at a dotted path in file order; nil if it is no mapping. The
    /// empty path is the root; `place` is that of the key.
    public func entries(_ dottedPath: String) -> [(key: String, value: SettingsNode, place: Place)]?
    {
        node(dottedPath)?.entries?.map { ($0.key, $0.value, $0.place) }
    }

    /// Runs the readers of `body` and throws all mistakes together.
    ///
    /// - Parameter otherNames: what other programs call these keys, for the messages.
    public func load<T>(
        otherNames: OtherNames = OtherNames(), _ body: (Settings) -> T
    ) throws(SettingsError) -> Loaded<T> {
        let reading = Reading(workingFolder: workingFolder, otherNames: otherNames)
        let settings = Settings(root: root, reading: reading)
        let value = body(settings)
        settings.finish()
        let diagnostics = reading.allDiagnostics().inFileOrder()
        let errors = diagnostics.filter { $0.severity == .error }
        guard errors.isEmpty else { throw SettingsError(diagnostics: errors) }
        return Loaded(
            value: value, resolved: resolvedText(settings.resolved),
            warnings: diagnostics.filter { $0.severity == .warning })
    }
}

/// What loading a tree gave.
public struct Loaded<T> {
    /// What the body returned.
    public let value: T
    /// All that was read as YAML, with defaults filled in, in reading order. Loading it gives the
    /// same text again.
    public let resolved: String
    /// What the body warned about, in file order.
    public let warnings: [Diagnostic]
}

extension Loaded: Sendable where T: Sendable {}
