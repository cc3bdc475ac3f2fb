import Settings
import Simulation

/// The resolved scenario of a run, as text and key by key.
public struct ScenarioFacts: Sendable {
    /// The text of scenario.yaml.
    public let text: String
    private let tree: SettingsTree?

    /// Reads scenario.yaml of a run's folder; nil if it cannot be read.
    init?(reading folder: String) {
        guard let text = try? Files.read("\(folder)/scenario.yaml", most: 1 << 20) else {
            return nil
        }
        self.text = text
        tree = try? SettingsTree(yaml: text, file: "scenario.yaml")
    }

    /// Returns the value of a key path; nil if there is none, or if it is not a plain value.
    public func text(_ path: String) -> String? {
        guard let node = tree?.node(path), !node.isNull else { return nil }
        return node.text
    }

    /// Returns the kind of a component, which is written as a word or as a mapping with a kind.
    public func kind(_ path: String) -> String? { text("\(path).kind") ?? text(path) }

    /// Returns the elements of a list of plain values; empty if there is none.
    public func list(_ path: String) -> [String] {
        guard case .list(let elements)? = tree?.node(path)?.content else { return [] }
        return elements.compactMap(\.text)
    }
}
