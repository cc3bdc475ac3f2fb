/// Sums of updates in client processes.
///
/// In a round with many clients for each process, a process does not send its updates. It adds
/// them up, and sends one sum after its last task of the round. The sum is exact (`ExactSum`), so
/// the aggregate has the same bits.
///
/// A sum is used as a whole or not at all. A process that is lost, falls silent or sends a sum of
/// other clients loses it. Then its tasks of the round are given out again, and each update comes
/// by itself: only the first attempt of a task goes into a sum. So a lost sum costs each of its
/// tasks one more attempt, and no more.
extension RoundMachine {
    enum SumState: Equatable {
        /// The updates of the process come by themselves.
        case none
        /// The process adds up the updates of its tasks.
        case open
        /// The process was asked for its sum.
        case asked
    }

    /// Begins the sums of a round.
    mutating func beginSums(_ sums: Bool) {
        hasAskedForSums = !sums
        for id in processOrder {
            let mayLose = processes[id]?.losesSums != false
            processes[id]?.sum = sums && !mayLose ? .open : .none
        }
    }

    /// Returns whether the update of a task goes into the sum of the process that gets it now.
    func addsToSum(_ entry: Entry, of id: ProcessID) -> Bool {
        entry.attempt == 1 && processes[id]?.sum == .open
    }

    /// Returns whether the update of a report of a process is in its sum.
    func isInSum(_ client: UInt32, of id: ProcessID) -> Bool {
        indexOf[client].map { entries[$0].inSum && entries[$0].status == .given(id) } ?? false
    }

    /// Asks the processes for their sums when all tasks were given out once. Later attempts go into
    /// no sum. A process gets the question behind its last task, so that no time is lost.
    mutating func askForSums(into commands: inout [Command]) {
        guard !hasAskedForSums, waiting.isEmpty, !isOver else { return }
        hasAskedForSums = true
        let holders = Set(
            entries.compactMap { entry -> ProcessID? in
                switch entry.status {
                case .given(let id) where entry.inSum: id
                case .summed(let id): id
                case .given, .waiting, .done: nil
                }
            })
        for id in processOrder where processes[id]?.sum == .open {
            processes[id]?.sum = holders.contains(id) ? .asked : .none
            if holders.contains(id) { commands.append(.collect(from: id)) }
        }
    }

    /// Returns the clients whose reports arrived, and whose updates are in the sum of a process.
    func clientsInSum(of id: ProcessID) -> [UInt32] {
        entries.filter { $0.status == .summed(id) }.map(\.client)
    }

    /// Handles the sum of a process. It must contain the updates of all its reports, and no others.
    mutating func collect(
        _ sum: SumReport, from id: ProcessID, into commands: inout [Command]
    ) {
        guard !isOver, work == .training, sum.round == round, processes[id]?.sum == .asked else {
            commands.append(.ignoreSum(from: id))
            return
        }
        let own = entries.indices.filter { entries[$0].status == .summed(id) }
        let isComplete = !entries.contains { $0.inSum && $0.status == .given(id) }
        guard isComplete, sum.clients.count == own.count,
            Set(sum.clients) == Set(own.map { entries[$0].client })
        else {
            commands.append(.ignoreSum(from: id))
            loseSum(of: id, into: &commands)
            return
        }
        processes[id]?.sum = .none
        for index in own { entries[index].status = .done }
        remaining -= own.count
        lastSum = (id, own)
        commands.append(.addSum(from: id))
        completeIfDone(into: &commands)
    }

    /// Takes back a sum that was added but is not usable. Its tasks are given out again.
    ///
    /// - Parameters:
    ///   - reason: what was expected and what was found.
    ///   - id: the process that sent the sum.
    public mutating func takeBackSum(
        _ reason: String, from id: ProcessID, into commands: inout [Command]
    ) {
        guard let last = lastSum, last.process == id else { return }
        lastSum = nil
        isOver = false
        remaining += last.indices.count
        for index in last.indices { entries[index].status = .summed(id) }
        processes[id]?.sum = .asked
        failSum(TaskFault(.sum(round: round), reason), from: id, into: &commands)
        giveOut(into: &commands)
    }

    /// Handles a process that could not send its sum.
    mutating func failSum(
        _ fault: TaskFault, from id: ProcessID, into commands: inout [Command]
    ) {
        guard !isOver, fault.task.round == round, processes[id]?.sum == .asked else { return }
        commands.append(.again(fault, from: id))
        loseSum(of: id, into: &commands)
    }

    /// Gives up the sum of a process that is still there.
    mutating func loseSum(of id: ProcessID, into commands: inout [Command]) {
        if giveUpSum(of: id, into: &commands) { processes[id]?.losesSums = true }
    }

    /// Gives up the sum of a process. Its tasks wait again.
    ///
    /// - Returns: whether there were any such tasks.
    @discardableResult
    mutating func giveUpSum(of id: ProcessID, into commands: inout [Command]) -> Bool {
        guard let sum = processes[id]?.sum, sum != .none, !isOver else { return false }
        processes[id]?.sum = .none
        var (withdrawn, lost): ([UInt32], Int) = ([], 0)
        // The last one that waits is given out next, so the order of the cohort is kept.
        for index in entries.indices.reversed() {
            switch entries[index].status {
            case .summed(id): withdrawn.append(entries[index].client)
            case .given(id) where entries[index].inSum:
                processes[id]?.open.removeAll { $0 == index }
            case .given, .summed, .waiting, .done: continue
            }
            entries[index].status = .waiting
            waiting.append(index)
            lost += 1
        }
        if !withdrawn.isEmpty { commands.append(.withdraw(withdrawn)) }
        return lost > 0
    }
}
