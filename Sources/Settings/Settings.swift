/// One mapping of a settings file, read key by key.
///
/// The line that reads a key is the only place that states its check, its default and its meaning.
/// Suggestions for misspelt keys and the resolved text follow from it.
///
///     let alpha = settings.number("alpha", default: 0.5, in: .positive, "concentration α")
///
/// Readers do not throw. For an invalid value they record an error with its location and return the
/// default. So one pass finds all errors, and `SettingsTree.load` throws them together. Each key is
/// read once. The type is for start-up, on one thread.
public final class Settings {
    /// The path of this mapping: `client.scheduler`; empty at the root.
    public let path: String
    let reading: LoadRecord
    let place: SettingLocation
    let entries: [SettingsNode.Entry]
    private let component: LoadRecord.ComponentKeys?
    private(set) var known: [String] = []
    private(set) var resolved: [(key: String, value: ResolvedValue)] = []

    init(
        path: String, place: SettingLocation, entries: [SettingsNode.Entry], reading: LoadRecord,
        component: LoadRecord.ComponentKeys? = nil
    ) {
        (self.path, self.place, self.entries, self.reading) = (path, place, entries, reading)
        self.component = component
        if component != nil { reading.componentPaths.insert(path) }
    }

    convenience init(root: SettingsNode, path: String = "", reading: LoadRecord) {
        self.init(path: path, place: root.place, entries: root.entries ?? [], reading: reading)
    }

    /// Returns whether the user wrote a key of this mapping, or the key at a path below it.
    public func isGiven(_ key: String) -> Bool {
        let depth = deepest(key).depth
        return depth == SettingsNode.keysWithIndices(key).count
    }

    /// Returns whether the user wrote this key with a value other than `null`.
    public func hasValue(_ key: String) -> Bool { entry(key).map { !$0.value.isNull } ?? false }

    /// Records an error about a key, or about a key path below, at the location of its value. If
    /// the user did not write the key, the location is that of the mapping around it.
    ///
    /// - Parameters:
    ///   - expected: what is right, with range and unit.
    ///   - found: the value as the user wrote it; nil for just that.
    ///   - advice: what the user can do.
    public func reject(
        _ key: String, expected: String, found: String? = nil, advice: String = ""
    ) {
        record(.error, key, expected, found, effect: "", advice)
    }

    /// Records a warning in the same way, about settings that can be used.
    ///
    /// - Parameter effect: what happens if nothing is changed.
    public func warn(
        _ key: String, expected: String, found: String? = nil, effect: String, advice: String = ""
    ) {
        record(.warning, key, expected, found, effect: effect, advice)
    }

    /// Records an error whose text another component has made. The path of the key is put in front.
    ///
    /// - Parameter text: has the form "expected X, found Y; do Z".
    public func reject(_ key: String, _ text: String) {
        diagnose(.error, deepest(key).place, "\(dotted(key)): \(text)")
    }

    /// Records a warning with a whole message of its own, which begins with a path. The key gives
    /// the location.
    public func warn(_ key: String, _ message: String) {
        diagnose(.warning, deepest(key).place, message)
    }

    private func record(
        _ severity: Diagnostic.Severity, _ key: String, _ expected: String, _ found: String?,
        effect: String, _ advice: String
    ) {
        let (depth, place, text) = deepest(key)
        let isGiven = depth == SettingsNode.keysWithIndices(key).count
        let written = isGiven ? text ?? "this value" : "no value"
        diagnose(
            severity, place,
            Mismatch(
                dotted(key), expected: expected, found: found ?? written, effect: effect,
                advice: advice))
    }

    /// Warns that a key has no effect, if the user wrote it. In a comparison, the warning is
    /// dropped if another run uses the key.
    ///
    /// - Parameters:
    ///   - defaultText: the default as scenario.yaml has it; this value gives no warning.
    ///   - expected: what the key needs in order to have an effect.
    ///   - found: what is there instead.
    public func warnUnused(
        _ key: String, default defaultText: String = "", expected: String, found: String
    ) {
        let name = key.split(separator: ".").last.map(String.init) ?? key
        let mismatch = Mismatch(
            dotted(key), expected: expected, found: found, effect: "the value has no effect",
            advice: "leave \(name) out")
        warnUnused(key, default: defaultText, mismatch.text)
    }

    /// Warns in the same way with a text of its own.
    public func warnUnused(_ key: String, default defaultText: String = "", _ message: String) {
        let (depth, place, text) = deepest(key)
        guard depth == SettingsNode.keysWithIndices(key).count, text != defaultText else { return }
        var warning = Diagnostic(place: place, severity: .warning, message: message)
        warning.isAboutUnusedKey = true
        reading.diagnostics.append(warning)
    }

    /// Records that a required key is missing. The error is only reported if there is no other
    /// one, since a misspelt section explains better what is missing.
    public func reportMissing(_ key: String, expected: String, advice: String) {
        let mismatch = Mismatch(
            dotted(key), expected: expected, found: "no value", advice: advice)
        reading.missing.append(Diagnostic(place: deepest(key).place, mismatch))
    }

    /// Whether any reader so far, here or in another mapping, recorded an error.
    public var hasErrors: Bool { reading.hasErrors }

    // Returns how many keys of the path the user wrote, and location and text of the last one.
    private func deepest(_ path: String) -> (depth: Int, place: SettingLocation, text: String?) {
        var (entries, elements): ([SettingsNode.Entry], [SettingsNode]) = (entries, [])
        var place = place
        var depth = 0
        var text: String?
        for key in SettingsNode.keysWithIndices(path) {
            let value: SettingsNode
            if key.hasPrefix("[") {
                guard let index = Int(key.dropFirst().dropLast()), elements.indices.contains(index)
                else { break }
                value = elements[index]
                place = value.place
            } else {
                guard let entry = entries.first(where: { $0.key == key }) else { break }
                value = entry.value
                place = entry.valuePlace
            }
            entries = value.entries ?? []
            if case .list(let list) = value.content { elements = list } else { elements = [] }
            if case .scalar(let own, _) = value.content { text = own } else { text = nil }
            depth += 1
        }
        return (depth, place, text)
    }

    /// Returns the entry of a key; nil if the user did not write the key.
    func entry(_ key: String) -> SettingsNode.Entry? {
        entries.first { $0.key == key }
    }

    func diagnose(_ severity: Diagnostic.Severity, _ place: SettingLocation, _ message: String) {
        reading.diagnostics.append(
            Diagnostic(place: place, severity: severity, message: message))
    }

    func diagnose(_ severity: Diagnostic.Severity, _ place: SettingLocation, _ mismatch: Mismatch) {
        reading.diagnostics.append(Diagnostic(place: place, severity: severity, mismatch))
    }

    /// Records that a value is not what its key takes.
    ///
    /// - Parameter path: the path of the key, or of an element of its list.
    func refuse(_ node: SettingsNode, _ path: String, expected: String, advice: String = "") {
        diagnose(
            .error, node.place,
            Mismatch(path, expected: expected, found: node.shown, advice: advice))
    }

    /// Returns the full path of a key of this mapping.
    func dotted(_ key: String) -> String {
        path.isEmpty ? key : "\(path).\(key)"
    }

    /// Makes a key known and records its documentation. Each reader does this first.
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

    /// Records the value of a key for the resolved text. Each reader does this last.
    func resolve(_ key: String, _ value: ResolvedValue) {
        resolved.append((key, value))
    }

    /// Records the value of a key that has one line, with the layer that gave it.
    func resolve(_ key: String, line: String) {
        resolve(key, .line(line, entry(key)?.value.layer ?? .standard))
    }

    /// Records the keys that no reader read.
    func finish() {
        for entry in entries where !known.contains(entry.key) {
            reading.unknownKeys.append(
                LoadRecord.UnknownKey(
                    key: entry.key, mapping: path, place: entry.place, known: known,
                    component: component))
        }
    }
}
