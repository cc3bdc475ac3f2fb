public import Settings

/// The settings of a run as pairs of a path and a value, made from its resolved scenario.
///
/// Two runs with equal settings have equal pairs. By `withoutPlaces` a run is recognised wherever
/// and however it was started.
public struct ResolvedSettings: Equatable, Sendable {
    /// One key with its value on one line: `client.learning_rate` and `0.1`.
    public struct Setting: Equatable, Sendable {
        /// The path of the key. Elements of lists have numbers: `client.scheduler.levels.0.kind`.
        public let path: String
        /// The value as one line of YAML.
        public let value: String
    }

    /// All keys, in the order of the resolved scenario.
    public let settings: [Setting]

    /// Reads a resolved scenario.
    ///
    /// - Parameter file: its name in messages.
    /// - Throws: `SettingsError` if the text is not a YAML mapping.
    public init(_ resolved: String, file: String) throws(SettingsError) {
        var settings: [Setting] = []
        let tree = try SettingsTree(yaml: resolved, file: file)
        for (key, value, _) in tree.entries("") ?? [] { Self.add(value, key, to: &settings) }
        self.settings = settings
    }

    private init(_ settings: [Setting]) { self.settings = settings }

    private static func add(_ node: SettingsNode, _ path: String, to settings: inout [Setting]) {
        switch node.content {
        case .mapping(let entries) where !entries.isEmpty:
            for entry in entries { add(entry.value, "\(path).\(entry.key)", to: &settings) }
        case .list(let elements) where elements.contains { $0.entries?.isEmpty == false }:
            for (index, element) in elements.enumerated() {
                add(element, "\(path).\(index)", to: &settings)
            }
        case .scalar, .list, .mapping:
            settings.append(Setting(path: path, value: node.flowText))
        }
    }

    /// The settings without those that say where and how a run is computed. These are its name,
    /// client processes, transport, checkpoints and event files. They change no number.
    public var withoutPlaces: ResolvedSettings {
        ResolvedSettings(
            settings.filter { setting in
                !Self.ofPlaces.contains { setting.path == $0 || setting.path.hasPrefix("\($0).") }
            })
    }

    private static let ofPlaces = [
        "name", "clients.processes", "clients.transport", "clients.states_in_memory", "checkpoint",
        "output.tensorboard",
    ]

    /// The settings as lines of text. Equal settings have equal texts.
    public var text: String {
        settings.map { "\($0.path): \($0.value)\n" }.joined()
    }

    /// Returns what other settings have in place of these, one phrase for each key:
    /// `client.learning_rate: 0.1, not 0.01`.
    public func differences(in other: ResolvedSettings) -> [String] {
        let own = Dictionary(settings.map { ($0.path, $0.value) }) { first, _ in first }
        let others = Dictionary(other.settings.map { ($0.path, $0.value) }) { first, _ in first }
        let missing = settings.filter { others[$0.path] == nil }
        return other.settings.compactMap { setting in
            guard let value = own[setting.path] else {
                return "\(setting.path): \(setting.value), not left out"
            }
            return value == setting.value
                ? nil : "\(setting.path): \(setting.value), not \(value)"
        } + missing.map { "\($0.path): left out, not \($0.value)" }
    }
}
