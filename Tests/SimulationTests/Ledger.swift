import Federation
import Messaging
import Simulation

/// What the coordinator knows and did, so that the simulated world can refuse what is impossible.
struct Ledger {
    /// What was impossible.
    private(set) var trouble: String?
    /// Update bodies live as long as the world, so that each keeps a name of its own.
    var kept: [SharedFrame] = []
    private var round: UInt32 = 0
    private var hasModel: [ProcessID: Bool] = [:]
    private var open: [ProcessID: [UInt32]] = [:]
    private var attempts: [UInt32: UInt32] = [:]
    private var done: Set<UInt32> = []
    private var deaths: [UInt32: UInt32] = [:]
    private var deathsInARow = 0

    mutating func note(_ text: String) { if trouble == nil { trouble = text } }

    private func refuse(_ text: String) throws {
        throw SimulatedWorld.Impossible(description: text)
    }

    mutating func begin(round: UInt32) throws {
        if open.values.contains(where: { !$0.isEmpty }) {
            try refuse("round \(round) begins while tasks of the one before are open")
        }
        self.round = round
        (attempts, done, deaths) = ([:], [], [:])
        for id in hasModel.keys { hasModel[id] = false }
    }

    mutating func joined(_ id: ProcessID) {
        hasModel[id] = false
        open[id] = []
    }

    mutating func left(_ id: ProcessID) {
        if let client = open[id]?.first { deaths[client, default: 0] += 1 }
        deathsInARow += 1
        hasModel[id] = nil
        open[id] = nil
    }

    /// Whether the news of a process's death would reach one of the machine's limits.
    func wouldEndTheRun(_ id: ProcessID) -> Bool {
        if deathsInARow + 1 >= RoundMachine.deathLimit { return true }
        guard let client = open[id]?.first else { return false }
        return deaths[client, default: 0] + 1 >= RoundMachine.attemptLimit
    }

    mutating func modelSent(to id: ProcessID) throws {
        guard let had = hasModel[id] else { return try refuse("a model to absent process \(id)") }
        if had { try refuse("the model of round \(round) to process \(id) again") }
        hasModel[id] = true
    }

    mutating func sent(_ task: ClientTask, to id: ProcessID) throws {
        guard let has = hasModel[id] else { return try refuse("a task to absent process \(id)") }
        if !has { try refuse("a task to process \(id), which has no model of this round") }
        if task.round != round { try refuse("a task of round \(task.round) in round \(round)") }
        if done.contains(task.client) { try refuse("client \(task.client) is done") }
        if open.values.contains(where: { $0.contains(task.client) }) {
            try refuse("client \(task.client) is with another process")
        }
        let attempt = attempts[task.client, default: 0] + 1
        if task.attempt != attempt { try refuse("attempt \(task.attempt), not \(attempt)") }
        attempts[task.client] = attempt
        open[id, default: []].append(task.client)
        if open[id, default: []].count > 2 { try refuse("three tasks for process \(id)") }
    }

    /// A client's task came to an end, with a report or a divergence.
    mutating func finished(round: UInt32, client: UInt32, attempt: UInt32, by id: ProcessID) {
        guard round == self.round, attempts[client] == attempt,
            let index = open[id]?.firstIndex(of: client)
        else { return }
        open[id]?.remove(at: index)
        done.insert(client)
        deathsInARow = 0
    }
}
