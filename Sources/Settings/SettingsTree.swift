/// A settings file as a tree in which each value has its location.
///
///     let tree = try SettingsTree(yaml: text, file: "demo.yaml")
///     let loaded = try tree.load { settings in Scenario(settings) }
public struct SettingsTree: Sendable {
    /// The root, which is always a mapping.
    var root: SettingsNode
    /// The folder in front of relative paths in the resolved text; empty leaves them relative.
    let workingFolder: String
    /// A folder that replaces the folders of all paths; nil leaves the paths as they are.
    public var dataFolder: String?

    /// Reads YAML: one document, a mapping, at most 1 MiB and 16 levels, no anchors, aliases or
    /// tags, each key once. An empty file is an empty mapping.
    ///
    /// `file` names the file in messages, and its folder is where relative paths in it start.
    /// `workingFolder` is the absolute path of the process's folder. With it, the resolved text has
    /// absolute paths, so that it can be loaded from another folder.
    public init(yaml: String, file: String, workingFolder: String = "") throws(SettingsError) {
        let node = try YAMLReading.node(yaml: yaml, file: file)
        try self.init(node, workingFolder: workingFolder)
    }

    /// Reads a JSON object: at most 32 levels and 2,000,000 values, each key once.
    public init(json: [UInt8], file: String) throws(SettingsError) {
        try self.init(try JSONReading.node(json, file: file))
    }

    /// Makes a tree of a mapping of another tree.
    public init(_ node: SettingsNode, workingFolder: String = "") throws(SettingsError) {
        guard let entries = node.entries else {
            throw node.unexpected("", expected: "a mapping of keys")
        }
        root = SettingsNode(.mapping(entries), place: node.place)
        self.workingFolder = workingFolder
    }

    /// Removes a key of the root and returns its value; nil if the key is not there.
    public mutating func remove(_ key: String) -> SettingsNode? {
        guard case .mapping(var entries) = root.content,
            let index = entries.firstIndex(where: { $0.key == key })
        else { return nil }
        let removed = entries.remove(at: index)
        root.content = .mapping(entries)
        return removed.value
    }

    /// Returns the value at a key path; nil if there is none.
    public func node(_ path: String) -> SettingsNode? {
        var node = root
        for key in path.split(separator: ".") {
            guard let entry = node.entries?.first(where: { $0.key == key }) else { return nil }
            node = entry.value
        }
        return node
    }

    /// Returns the entries of the mapping at a key path in file order; nil if the value is not a
    /// mapping. The empty path is the root. `place` is the location of the key.
    public func entries(_ dottedPath: String) -> [(
        key: String, value: SettingsNode, place: SettingLocation
    )]? {
        node(dottedPath)?.entries?.map { ($0.key, $0.value, $0.place) }
    }

    /// Runs the readers of `body`.
    ///
    /// - Parameters:
    ///   - path: the path of the root in messages, if this tree is a part of another one.
    ///   - otherNames: the names of these keys in other programs, for suggestions.
    /// - Throws: all errors together.
    public func load<T>(
        at path: String = "", otherNames: OtherNames = OtherNames(), _ body: (Settings) -> T
    ) throws(SettingsError) -> Loaded<T> {
        let reading = LoadRecord(
            workingFolder: workingFolder, dataFolder: dataFolder, otherNames: otherNames)
        let settings = Settings(root: root, path: path, reading: reading)
        let value = body(settings)
        settings.finish()
        let diagnostics = reading.allDiagnostics().inFileOrder()
        let errors = diagnostics.filter { $0.severity == .error }
        guard errors.isEmpty else { throw SettingsError(diagnostics: errors) }
        return Loaded(
            value: value, resolved: resolvedText(settings.resolved),
            resolvedWithLayers: resolvedText(settings.resolved, namesLayers: true),
            keys: reading.descriptions,
            warnings: diagnostics.filter { $0.severity == .warning })
    }
}

/// The result of loading a tree.
public struct Loaded<T> {
    /// The value that the body returned.
    public let value: T
    /// All settings as YAML in reading order, with every default. Loading this text gives the same
    /// text again. Equal settings have equal texts.
    public let resolved: String
    /// `resolved` with a comment behind each value that is not from the file, which names its
    /// layer: `# default`, `# variant both`. Loading this text gives `resolved` again.
    public let resolvedWithLayers: String
    /// All keys that were read, in reading order.
    public let keys: [KeyDescription]
    /// The warnings in file order.
    public let warnings: [Diagnostic]
}

extension Loaded: Sendable where T: Sendable {}
