public import LearningRates
public import Settings
import TowerRules
import UnrolledRules

/// The client rules: those of this room, and those of the two rooms below it.
public let clientRules: [Rule<any ClientScheduler>] =
    stepRules + unrolledRules + towerRules

/// The client rules that need only the local step in hand, one line each. A new rule goes here.
private let stepRules: [Rule<any ClientScheduler>] = [
    Rule(ConstantLocalRate.facts, ConstantLocalRate.init),
    Rule(FedHyperCL.facts, FedHyperCL.init),
    Rule(Hypergradient.facts) { Hypergradient($0) },
    Rule(DeltaSGD.facts, DeltaSGD.init),
    Rule(FedSPS.facts, FedSPS.init),
    Rule(FedCM.facts, FedCM.init),
    Rule(LocalGains.facts, LocalGains.init),
    Rule(SMD.facts, SMD.init),
    Rule(DSA.facts, DSA.init),
]

/// The kinds of client scheduler: `client.scheduler` in a scenario.
public let clientSchedulers = clientRules.map(\.registered)

/// Creates the rule `hypergradient` for the server step. The server keeps all its state, so the
/// rule has no key `carry`.
package func hypergradient(forServer settings: Settings) -> any ClientScheduler {
    Hypergradient(settings, carries: false)
}
