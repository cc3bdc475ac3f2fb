import Bytes
import LearningRates
import Settings

/// Two server schedulers at once: one for the global rate, one for the local rate that is sent with
/// the tasks. An example is FedHyper-G with FedHyper-SL. With `fedhyper_cl` on the clients, three
/// rates adapt.
///
/// - The first scheduler's local rate and the second scheduler's global rate are not used. If SL is
///   used with CL, SL sets the rate at which each round starts. CL changes the rate in the round,
///   with bounds relative to β_0.
/// - Source: none. Wang et al., ICLR 2024, arXiv 2310.03156 combine G with CL, which does not need
///   this scheduler.
struct CombinedRates: ServerScheduler {
    static let facts = RuleFacts(
        "combined", "one scheduler for the global rate, another for the local rate", adapts: "both",
        from: "a scheduler for each", neutral: ["global": "constant", "local": "constant"])

    private let kinds: (global: String, local: String)
    private var global: any ServerScheduler
    private var local: any ServerScheduler
    var start = StartRates() { didSet { (global.start, local.start) = (start, start) } }

    init(_ settings: Settings) {
        var kinds = (global: "", local: "")
        (kinds.global, global) = settings.namedComponent(
            "global", from: separateServerSchedulers, default: "fedhyper_g", "for the global rate")
        (kinds.local, local) = settings.namedComponent(
            "local", from: separateServerSchedulers, default: "fedhyper_sl", "for the local rate")
        self.kinds = kinds
        let (alpha, beta) = (global.needs, local.needs)
        if !beta.choosesRates, !beta.leavesGlobalRate {
            settings.reject(
                "local", expected: "a scheduler of the local rate",
                found: "\(kinds.local), which changes the global rate",
                advice: "put it under global")
        }
        if !alpha.choosesRates, alpha.moves?.isLocal == true {
            settings.reject(
                "global", expected: "a scheduler of the global rate",
                found: "\(kinds.global), which changes the local rate", advice: "put it under local"
            )
        }
        if alpha.choosesRates, let target = alpha.moves, target != .global {
            settings.reject(
                "global.rate", expected: "global for \(kinds.global)",
                found: target == .both ? "both" : "local", advice: "set rate: global")
        }
        if beta.choosesRates, let target = beta.moves, target != .local {
            settings.reject(
                "local.rate", expected: "local for \(kinds.local)",
                found: target == .both ? "both" : "global", advice: "set rate: local")
        }
    }

    var needs: ServerNeeds {
        .combined(
            global: ServerNeeds.Part(kind: kinds.global, needs: global.needs),
            local: ServerNeeds.Part(kind: kinds.local, needs: local.needs))
    }

    var startProblems: [StartProblem] { global.startProblems + local.startProblems }

    func localRate(round: Int) -> Double { local.localRate(round: round) }

    mutating func decideRates(after summary: RoundSummary) -> RateDecision {
        var decision = global.decideRates(after: summary)
        decision.localChange = local.decideRates(after: summary).localChange
        return decision
    }

    func save(to writer: inout ByteWriter) {
        global.save(to: &writer)
        local.save(to: &writer)
    }

    mutating func restore(from reader: inout ByteReader) throws(BytesError) {
        try global.restore(from: &reader)
        try local.restore(from: &reader)
    }
}
