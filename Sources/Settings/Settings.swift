/// One mapping of a settings file, read key by key.
///
/// The line that reads a key is everything there is about that key: its check, its default, its
/// documentation, the suggestions for misspelt ones, its line in the resolved file.
///
///     let alpha = settings.number("alpha", default: 0.5, in: .positive, "concentration")
///
/// Reading never throws: a wrong value is noted with its place and the default is handed back, so
/// that one pass finds every mistake; `SettingsTree.load` throws them together. Each key is read
/// once. Only for start-up, on one thread.
public final class Settings {
    /// The keys that lead here: `client.scheduler`; empty at the root.
    public let path: String
    let reading: Reading
    let place: Place
    let entries: [SettingsNode.Entry]
    private let component: Reading.ComponentKeys?
    private(set) var known: [String] = []
    private(set) var resolved: [(key: String, value: ResolvedValue)] = []

    init(
        path: String, place: Place, entries: [SettingsNode.Entry], reading: Reading,
        component: Reading.ComponentKeys? = nil
    ) {
        (self.path, self.place, self.entries, self.reading) = (path, place, entries, reading)
        self.component = component
        if component != nil { reading.componentPaths.insert(path) }
    }

    convenience init(root: SettingsNode, reading: Reading) {
        self.init(path: "", place: root.place, entries: root.entries ?? [], reading: reading)
    }

    /// Whether the user wrote this key, or the one at this dotted path below.
    public func isGiven(_ key: String) -> Bool {
        let depth = deepest(key).depth
        return depth == key.split(separator: ".").count
    }

    /// Notes an error about a key (or a dotted path below), at the place of its value; at the place
    /// of the mapping around it if the user did not write it.
    public func reject(_ key: String, _ message: String) {
        diagnose(.error, deepest(key).place, message)
    }

    /// Like `reject`, for what can still be used.
    public func warn(_ key: String, _ message: String) {
        diagnose(.warning, deepest(key).place, message)
    }

    /// Warns that a key has no effect, if the user wrote it. In a comparison this is said only
    /// where no other run uses the key.
    ///
    /// - Parameter defaultText: the default as a run's scenario.yaml has it: that is no wish.
    public func warnUnused(_ key: String, default defaultText: String = "", _ message: String) {
        let (depth, place, text) = deepest(key)
        guard depth == key.split(separator: ".").count, text != defaultText else { return }
        var warning = Diagnostic(place: place, severity: .warning, message: message)
        warning.isAboutUnusedKey = true
        reading.diagnostics.append(warning)
    }

    /// Notes that a key which must be written is not there. It is said only where nothing else is
    /// wrong: a misspelt section explains what is missing better.
    public func reportMissing(_ key: String, _ message: String) {
        reading.missing.append(Diagnostic(place: deepest(key).place, message: message))
    }

    /// Whether anything read so far, here or in another mapping, was wrong.
    public var hasErrors: Bool { reading.hasErrors }

    // How many keys of the path the user wrote, and the place and the text of the last one.
    private func deepest(_ path: String) -> (depth: Int, place: Place, text: String?) {
        var entries = entries
        var place = place
        var depth = 0
        var text: String?
        for key in path.split(separator: ".") {
            guard let entry = entries.first(where: { $0.key == key }) else { break }
            place = entry.valuePlace
            entries = entry.value.entries ?? []
            if case .scalar(let own, _) = entry.value.content { text = own } else { text = nil }
            depth += 1
        }
        return (depth, place, text)
    }

    /// What the user wrote for a key.
    func entry(_ key: String) -> SettingsNode.Entry? {
        entries.first { $0.key == key }
    }

    func diagnose(_ severity: Diagnostic.Severity, _ place: Place, _ message: String) {
        reading.diagnostics.append(
            Diagnostic(place: place, severity: severity, message: message))
    }

    func dotted(_ key: String) -> String {
        path.isEmpty ? key : "\(path).\(key)"
    }

    /// The first thing every reader does: makes the key known and documents it.
    func announce(
        _ key: String, _ kindOfValue: String, words: [String] = [], default text: String = "",
        range phrase: String = "", _ meaning: String
    ) {
        know(key)
        reading.descriptions.append(
            KeyDescription(
                path: dotted(key), key: key, kindOfValue: kindOfValue, words: words,
                defaultText: text,
                rangePhrase: phrase, meaning: meaning))
    }

    func know(_ key: String) {
        precondition(!known.contains(key), "the key '\(dotted(key))' is read twice")
        known.append(key)
    }

    /// The last thing every reader does: the key's line in the resolved text.
    func resolve(_ key: String, _ value: ResolvedValue) {
        resolved.append((key, value))
    }

    /// Notes the keys that nobody read.
    func finish() {
        for entry in entries where !known.contains(entry.key) {
            reading.unknownKeys.append(
                Reading.UnknownKey(
                    key: entry.key, mapping: path, place: entry.place, known: known,
                    component: component))
        }
    }
}
