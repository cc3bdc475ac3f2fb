import Bytes
import LearningRates
import LinearAlgebra
import Settings

/// The local rate is always the sent rate: β_{t,k} = β_t. This is the baseline (FedAvg).
///
/// - Source: McMahan et al. 2017, arXiv 1602.05629.
struct ConstantLocalRate: ClientScheduler {
    static let facts = RuleFacts(
        "constant", "the local rate stays as the server sent it", adapts: "nothing", gradients: "1",
        neutral: [:])

    init(_ settings: Settings) {}

    var needs: SchedulerNeeds {
        var needs = SchedulerNeeds()
        (needs.adaptsRate, needs.isConstant) = (false, true)
        return needs
    }

    func adaptRates<P: LocalObjective & ~Copyable>(
        _ step: inout StepContext<P.S>, _ problem: inout P
    ) {}
}
