package import EventFiles
import Reporting
import Scenarios

/// Returns the hyperparameters of a run for its event file.
///
/// They are the names of the run, its methods as comparison.csv names them, and all keys of the
/// resolved scenario that determine its numbers. A key that the grid sets or that the seed draws is
/// one of those keys. TensorBoard shows by itself which of them differ between runs.
package func hyperparameters(of prepared: PreparedRun) -> [Hyperparameter] {
    let names = [("study", prepared.study), ("variant", prepared.variant)].compactMap {
        name, text in
        text.map { Hyperparameter(name, .text($0)) }
    }
    let settings = try? ResolvedSettings(prepared.resolved, file: "scenario").withoutPlaces.settings
    return names
        + Methods(of: prepared.scenario).named.map { Hyperparameter($0.name, .text($0.label)) }
        + (settings ?? []).filter { !$0.path.hasPrefix("output.") }.map {
            Hyperparameter($0.path, hyperparameterValue($0.value))
        }
}

/// Returns a value of the resolved scenario with its type. Numbers beyond 2⁵³ stay texts, because a
/// number of an event file has 53 bits.
package func hyperparameterValue(_ text: String) -> Hyperparameter.Value {
    switch text {
    case "true": return .flag(true)
    case "false": return .flag(false)
    default: break
    }
    // Swift also reads hexadecimal numbers and words such as "infinity".
    let isDecimal = text.utf8.allSatisfy { "0123456789+-.e".utf8.contains($0) }
    guard isDecimal, let number = Double(text), number.isFinite, number.magnitude <= 0x1p53 else {
        return .text(text)
    }
    return .number(number)
}
