import Settings

/// The errors of many runs. Each error is kept once, since runs share most of what they read.
struct Mistakes {
    private var found: [Diagnostic] = []

    /// Adds the errors that are new.
    mutating func add(_ error: SettingsError) {
        for diagnostic in error.diagnostics where !found.contains(diagnostic) {
            found.append(diagnostic)
        }
    }

    /// Adds the diagnostics that are new.
    mutating func add(_ diagnostics: [Diagnostic]) {
        add(SettingsError(diagnostics: diagnostics))
    }

    /// Throws all errors together, if there are any.
    func end() throws(SettingsError) {
        if !found.isEmpty { throw SettingsError(diagnostics: found) }
    }
}
