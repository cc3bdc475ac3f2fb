import Scenarios
import Settings

/// A scenario file called `demo.yaml`; of generated data where it does not say which data it uses.
func file(
    _ text: String, name: String = "demo.yaml", _ overrides: [(path: String, value: String)] = []
) throws -> ScenarioFile {
    let data = [("data.dataset", "gaussian_clusters")]
    let hasData = text.contains("dataset") || overrides.contains { $0.path == "data.dataset" }
    return try ScenarioFile(
        text: text, file: name, workingFolder: "/work",
        overrides: ((hasData ? [] : data) + overrides).map { ScenarioFile.Override($0.0, $0.1) })
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
