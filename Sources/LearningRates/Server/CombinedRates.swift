import Bytes
import Settings

/// Two server schedulers at once: one for the global rate, one for the local rate that goes out with
/// the tasks. FedHyper-G with FedHyper-SL, for example; with `fedhyper_cl` on the clients, "all".
///
/// - What the first says of the local rate and the second of the global rate is not used. SL with
///   CL: SL sets where each round starts, CL moves inside it, with bounds around β_0.
/// - Source: none; Wang et al., ICLR 2024, arXiv 2310.03156 combine G with CL, which needs no such
///   scheduler.
struct CombinedRates: ServerScheduler {
    private let kinds: (global: String, local: String)
    private var global: any ServerScheduler
    private var local: any ServerScheduler

    init(_ settings: Settings) {
        var kinds = (global: "", local: "")
        (kinds.global, global) = settings.namedComponent(
            "global", from: separateServerSchedulers, default: "fedhyper_g", "for the global rate")
        (kinds.local, local) = settings.namedComponent(
            "local", from: separateServerSchedulers, default: "fedhyper_sl", "for the local rate")
        self.kinds = kinds
        if local.target == nil, !local.leavesGlobalRate {
            settings.reject("local", "\(kinds.local) moves the global rate; put it under global")
        }
        if global.adaptedRate == .local {
            settings.reject("global", "\(kinds.global) moves the local rate; put it under local")
        }
        if let target = global.target, target != .global {
            settings.reject(
                "global",
                "\(kinds.global) moves \(target == .both ? "both rates" : "the local rate"); give it"
                    + " rate: global")
        }
        if let target = local.target, target != .local {
            settings.reject(
                "local",
                "\(kinds.local) moves \(target == .both ? "both rates" : "the global rate"); give it"
                    + " rate: local")
        }
    }

    var detail: String? {
        members.map { member in
            member.scheduler.detail.map { "\(member.kind) \($0)" } ?? member.kind
        }.joined(separator: " + ")
    }
    var members: [(kind: String, scheduler: any ServerScheduler)] {
        [(kinds.global, global), (kinds.local, local)]
    }
    var changesLocalRate: Bool { local.changesLocalRate }
    var leavesGlobalRate: Bool { global.leavesGlobalRate }
    var scalesAggregates: Bool { global.scalesAggregates }
    var memory: ServerMemory { global.memory == .none ? local.memory : global.memory }
    var stepScheduler: (any ClientScheduler)? { global.stepScheduler }
    var comparesUpdates: Bool { global.comparesUpdates }
    var evaluatesMeanOfTwo: Bool { global.evaluatesMeanOfTwo }

    func objection(to optimizer: any Optimizer) -> String? {
        var started = self
        started.start(globalRate: 1, localRate: 1, rounds: 1, optimizer: optimizer)
        if started.global.memory != .none, started.local.memory != .none,
            started.global.memory != started.local.memory
        {
            return "\(kinds.global) and \(kinds.local) need two different vectors to multiply the"
                + " aggregate with, but a round keeps one; choose another for one of the rates"
        }
        return global.objection(to: optimizer) ?? local.objection(to: optimizer)
    }

    func objection(rounds: Int) -> String? {
        global.objection(rounds: rounds) ?? local.objection(rounds: rounds)
    }

    mutating func start(
        globalRate: Double, localRate: Double, rounds: Int, optimizer: any Optimizer
    ) {
        global.start(
            globalRate: globalRate, localRate: localRate, rounds: rounds, optimizer: optimizer)
        local.start(
            globalRate: globalRate, localRate: localRate, rounds: rounds, optimizer: optimizer)
    }

    func localRate(round: Int) -> Double { local.localRate(round: round) }

    mutating func globalRate(after summary: RoundSummary) -> ServerDecision {
        var decision = global.globalRate(after: summary)
        decision.localChange = local.globalRate(after: summary).localChange
        return decision
    }

    func concern(globalRate: Double, localRate: Double, use: UseOfSentRate) -> String? {
        global.concern(globalRate: globalRate, localRate: localRate, use: use)
            ?? local.concern(globalRate: globalRate, localRate: localRate, use: use)
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
