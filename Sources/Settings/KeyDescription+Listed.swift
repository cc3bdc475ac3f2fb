extension KeyDescription {
    /// Describes a key that is read by hand because its value is not a scalar, such as a mapping of
    /// names.
    ///
    /// - Parameters:
    ///   - path: the full path; the key is its last name.
    ///   - kindOfValue: what the value is, such as "mapping of names to changed keys".
    ///   - range: completes "expected a number"; empty for any.
    ///   - meaning: what the key means.
    package init(
        path: String, kindOfValue: String, range: String = "", meaning: String
    ) {
        self.init(
            path: path, key: path.split(separator: ".").last.map(String.init) ?? path,
            kindOfValue: kindOfValue, words: [], defaultText: "", rangePhrase: range,
            meaning: meaning)
    }
}
