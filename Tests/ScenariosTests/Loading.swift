import Scenarios
import Settings

/// A scenario file called `demo.yaml`.
func file(
    _ text: String, name: String = "demo.yaml", _ overrides: [(path: String, value: String)] = []
) throws -> ScenarioFile {
    try ScenarioFile(
        text: text, file: name, workingFolder: "/work",
        overrides: overrides.map { ScenarioFile.Override($0.path, $0.value) })
}

/// The mistakes of a file, one per line; empty if there are none.
func mistakes(
    _ text: String, name: String = "demo.yaml", _ overrides: [(path: String, value: String)] = []
) -> String {
    do {
        _ = try file(text, name: name, overrides).validate()
        return ""
    } catch {
        return "\(error)"
    }
}
