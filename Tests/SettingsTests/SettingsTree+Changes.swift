import Settings

// Changes of a tree without regard to who made them.
extension SettingsTree {
    /// Puts a value at a key path.
    mutating func set(
        _ path: String, to value: String, place: SettingLocation
    ) throws(SettingsError) {
        var layers = LayeredTree(self)
        try layers.set(path, to: value, place: place, as: .file)
        self = layers.effective
    }

    /// Merges a mapping whose keys may be key paths.
    mutating func merge(_ changes: SettingsNode) throws(SettingsError) {
        var layers = LayeredTree(self)
        try layers.apply(changes, as: .file)
        self = layers.effective
    }
}
