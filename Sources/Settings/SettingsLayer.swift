/// Who gave a value: a default, the scenario file, a part of a comparison, or the command line.
///
/// The order of layers is their precedence: of two values, the one of the greater layer counts.
public struct SettingsLayer: Hashable, Comparable, Sendable {
    /// The kinds of layers, from the weakest to the strongest.
    public enum Kind: Int, Sendable, CaseIterable {
        /// The default of the key.
        case standard
        /// The scenario file outside `compare`.
        case file
        /// The section `set` of `compare`.
        case compareSet
        /// The section `set` of one study.
        case studySet
        /// The section `set` of `quick`, and the name of a quick run.
        case quickSet
        /// The section `compare.draw`: values that each seed draws.
        case draw
        /// The changes of one variant.
        case variant
        /// One combination of the grid's values.
        case cell
        /// One seed of `compare.seeds`.
        case seed
        /// The options `--set`, `--rounds`, `--clients` and `--processes`.
        case commandLine
    }

    /// The kind, which decides the precedence.
    public let kind: Kind
    /// The layer as messages and comments name it: `variant both`, `--set`.
    public let name: String

    /// Makes a layer of this kind.
    public init(_ kind: Kind, _ name: String) { (self.kind, self.name) = (kind, name) }

    /// The layer of defaults.
    public static let standard = SettingsLayer(.standard, "default")
    /// The layer of the scenario file.
    public static let file = SettingsLayer(.file, "file")

    /// Compares two layers by precedence.
    public static func < (one: SettingsLayer, other: SettingsLayer) -> Bool {
        (one.kind.rawValue, one.name) < (other.kind.rawValue, other.name)
    }
}
