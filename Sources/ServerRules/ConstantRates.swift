import Bytes
import LearningRates
import Settings

/// Both rates stay at their start rates: α_t = α_0, β_t = β_0. With α_0 = 1 this is FedAvg.
///
/// - Source: McMahan et al. 2017, arXiv 1602.05629.
struct ConstantRates: ServerScheduler {
    static let facts = RuleFacts(
        "constant", "global and local rate stay as configured",
        paper: "FedAvg, McMahan et al. 2017", adapts: "nothing", neutral: [:])

    var start = StartRates()

    init(_ settings: Settings) {}

    var needs: ServerNeeds { ServerNeeds() }

    func decideRates(after summary: RoundSummary) -> RateDecision {
        RateDecision(globalRate: start.globalRate)
    }
}
