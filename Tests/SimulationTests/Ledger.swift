import Federation
import Messaging
import Simulation

/// What the coordinator knows and did, so that the simulated world can refuse what is impossible.
struct Ledger {
    /// What was impossible.
    private(set) var trouble: String?
    /// Update bodies live as long as the world, so that each keeps a name of its own.
    var kept: [SharedFrame] = []
    private var version: UInt32 = 0
    private var work = Work.training
    private var round: UInt32 = 0
    private var hasModel: [ProcessID: Bool] = [:]
    /// The model version that a process was sent last, in runs with staleness.
    private var versionOf: [ProcessID: UInt32] = [:]
    /// How often processes may be sent the model they have: it may be what broke their task.
    private var mayHaveAgain: [ProcessID: Int] = [:]
    private var open: [ProcessID: [Given]] = [:]
    private var isSilent: Set<ProcessID> = []
    private var isOut: Set<ProcessID> = []
    private var faults: [UInt32: UInt32] = [:]
    private var attempts: [UInt32: UInt32] = [:]
    private var done: Set<UInt32> = []
    private var deaths: [UInt32: UInt32] = [:]
    private var deathsInARow = 0
    /// The processes whose sums have the updates of clients that are done.
    private var inSum: [UInt32: ProcessID] = [:]
    /// The attempts that go into sums.
    private var toSum: Set<UInt32> = []
    private var isAsked: Set<ProcessID> = []
    /// How many sums were used, and how many were lost.
    private(set) var sums = (used: 0, lost: 0)

    private struct Given: Equatable {
        let client: UInt32
        let attempt: UInt32
    }

    mutating func note(_ text: String) { if trouble == nil { trouble = text } }

    private func refuse(_ text: String) throws {
        throw SimulatedWorld.Impossible(description: text)
    }

    /// A new model: of a round's training, or of the evaluation after the round before.
    mutating func begin(version: UInt32) throws {
        try close("model \(version) is set")
        self.version = version
        for id in hasModel.keys { hasModel[id] = false }
    }

    private func close(_ what: String) throws {
        if open.values.contains(where: { !$0.isEmpty }) {
            try refuse("\(what) while tasks of the work before are open")
        }
    }

    /// The first task of other work ends the work before.
    private mutating func enter(_ work: Work, round: UInt32) throws {
        guard work != self.work || round != self.round else { return }
        try close("\(work) of round \(round) begins")
        if work == .evaluation, self.work == .training, round < self.round {
            try refuse("evaluation of round \(round) after round \(self.round) began")
        }
        (self.work, self.round) = (work, round)
        (attempts, done, deaths, faults) = ([:], [], [:], [:])
        if !inSum.isEmpty { try refuse("\(work) of round \(round) begins without a sum") }
        (inSum, toSum, isAsked) = ([:], [], [])
    }

    mutating func joined(_ id: ProcessID) {
        hasModel[id] = false
        versionOf[id] = nil
        open[id] = []
        isSilent.remove(id)
        isOut.remove(id)
        loseSum(of: id)
    }

    mutating func left(_ id: ProcessID) {
        if isOut.remove(id) == nil {
            if let given = open[id]?.first { deaths[given.client, default: 0] += 1 }
            deathsInARow += 1
        }
        hasModel[id] = nil
        open[id] = nil
        isSilent.remove(id)
        loseSum(of: id)
    }

    /// Whether the news of a process's death would reach one of the machine's limits.
    func wouldEndTheRun(_ id: ProcessID) -> Bool {
        if isOut.contains(id) { return false }
        if deathsInARow + 1 >= RoundMachine.deathLimit { return true }
        guard let given = open[id]?.first else { return false }
        return deaths[given.client, default: 0] + 1 >= RoundMachine.attemptLimit
    }

    /// A process fell silent: its tasks may go to others. Of two that hold one in silence, the later
    /// one counts.
    mutating func silent(_ id: ProcessID) {
        guard open[id] != nil else { return }
        loseSum(of: id)
        for given in open[id] ?? [] where attempts[given.client] == given.attempt {
            for other in isSilent { open[other]?.removeAll { $0.client == given.client } }
        }
        isSilent.insert(id)
    }

    mutating func heard(_ id: ProcessID) { isSilent.remove(id) }

    mutating func putOut(_ id: ProcessID) {
        isOut.insert(id)
        open[id] = []
        loseSum(of: id)
    }

    /// Whether one more fault would reach the machine's limit.
    func wouldBreakTheRun(_ task: Assignment, of id: ProcessID) -> Bool {
        faults[task.client, default: 0] + 1 >= RoundMachine.faultLimit
    }

    /// The answer to a task could not be used. Where that shows only when it is added, others were
    /// told before that they need not go on.
    mutating func broke(_ task: Assignment, by id: ProcessID, isVisible: Bool) {
        let given = Given(client: task.client, attempt: task.attempt)
        guard isOpen(task, by: id) else { return }
        open[id]?.removeAll { $0 == given }
        if !isVisible {
            for holder in open.keys { open[holder]?.removeAll { $0.client == task.client } }
        }
        faults[task.client, default: 0] += 1
        mayHaveAgain[id, default: 0] += 1
    }

    /// Whether an answer of a process to a task would be used.
    func isOpen(_ task: Assignment, by id: ProcessID) -> Bool {
        let given = Given(client: task.client, attempt: task.attempt)
        return task.work == work && task.round == round && !done.contains(task.client)
            && open[id]?.contains(given) == true
    }

    mutating func modelSent(to id: ProcessID) throws {
        guard let had = hasModel[id] else { return try refuse("a model to absent process \(id)") }
        if had {
            if mayHaveAgain[id, default: 0] == 0 {
                try refuse("model \(version) to process \(id) again")
            }
            mayHaveAgain[id, default: 0] -= 1
        }
        hasModel[id] = true
    }

    /// A process was sent a model version. It keeps only the last one.
    mutating func modelSent(_ version: UInt32, to id: ProcessID) throws {
        if versionOf[id] == version {
            if mayHaveAgain[id, default: 0] == 0 {
                try refuse("version \(version) to process \(id) again")
            }
            mayHaveAgain[id, default: 0] -= 1
        }
        hasModel[id] = true
        versionOf[id] = version
    }

    mutating func sent(_ task: ClientTask, from start: UInt32?, to id: ProcessID) throws {
        if let start {
            if versionOf[id] != start || start > task.round {
                try refuse("a task of round \(task.round) with version \(start)")
            }
        } else if task.round != version {
            try refuse("a task of round \(task.round) with model \(version)")
        }
        try enter(.training, round: task.round)
        try sent(task.client, task.attempt, to: id)
        if task.sumWeight == nil {
            toSum.remove(task.client)
        } else {
            if task.attempt != 1 || isAsked.contains(id) { try refuse("a late task with a sum") }
            toSum.insert(task.client)
        }
    }

    mutating func sent(_ task: EvaluationTask, of start: UInt32?, to id: ProcessID) throws {
        if let start, versionOf[id] != start {
            try refuse("an evaluation of version \(start), which process \(id) does not have")
        }
        if task.round + 1 != (start ?? version) & ~(1 << 31) {
            try refuse("an evaluation after round \(task.round) with model \(version)")
        }
        try enter(.evaluation, round: task.round)
        try sent(task.number, task.attempt, to: id)
    }

    private mutating func sent(_ client: UInt32, _ attempt: UInt32, to id: ProcessID) throws {
        guard let has = hasModel[id] else { return try refuse("a task to absent process \(id)") }
        if !has { try refuse("a task to process \(id), which has no model of this round") }
        if isSilent.contains(id) || isOut.contains(id) {
            try refuse("a task to process \(id), which is silent or put out")
        }
        if done.contains(client) { try refuse("client \(client) is done") }
        // Who is silent, or was when the task went on to others, may have an earlier attempt.
        let newest = Given(client: client, attempt: attempts[client, default: 0])
        if open.contains(where: { !isSilent.contains($0) && $1.contains(newest) }) {
            try refuse("client \(client) is with another process")
        }
        let expected = attempts[client, default: 0] + 1
        if attempt != expected { try refuse("attempt \(attempt), not \(expected)") }
        attempts[client] = attempt
        open[id]?.removeAll { $0.client == client }
        open[id, default: []].append(Given(client: client, attempt: attempt))
        if open[id, default: []].count > 2 { try refuse("three tasks for process \(id)") }
    }

    /// A client's task came to an end, with a report or a divergence.
    mutating func finished(_ task: Assignment, by id: ProcessID, inSum isSummed: Bool = false) {
        guard isOpen(task, by: id) else { return }
        if isSummed { inSum[task.client] = id }
        for holder in open.keys { open[holder]?.removeAll { $0.client == task.client } }
        done.insert(task.client)
        deathsInARow = 0
    }

    mutating func collected(_ round: UInt32, from id: ProcessID) throws {
        guard open[id] != nil, !isSilent.contains(id), round == self.round, work == .training,
            isAsked.insert(id).inserted
        else { return try refuse("the sum of round \(round) from process \(id)") }
    }

    /// The sum of a process arrived. It is used if it has the updates of all its reports.
    ///
    /// - Parameter isUsable: whether the words are those of the updates.
    /// - Returns: whether it is used, apart from its words.
    @discardableResult
    mutating func summed(_ sum: SumReport, by id: ProcessID, isUsable: Bool) -> Bool {
        guard work == .training, sum.round == round, isAsked.contains(id) else { return false }
        let own = inSum.filter { $0.value == id }.map(\.key)
        let hasOpen = open[id]?.contains { toSum.contains($0.client) } == true
        guard Set(own) == Set(sum.clients), !own.isEmpty, !hasOpen else {
            loseSum(of: id)
            return false
        }
        guard isUsable else {
            loseSum(of: id)
            return true
        }
        for client in own { inSum[client] = nil }
        isAsked.remove(id)
        sums.used += 1
        return true
    }

    /// The updates in the sum of a process are lost, and those that would go into it.
    private mutating func loseSum(of id: ProcessID) {
        isAsked.remove(id)
        for client in inSum.filter({ $0.value == id }).map(\.key) {
            inSum[client] = nil
            done.remove(client)
            sums.lost += 1
        }
        open[id]?.removeAll { toSum.contains($0.client) && attempts[$0.client] == $0.attempt }
    }
}
