/// How the machine handles processes that join, leave, fall silent or fail.
extension RoundMachine {
    mutating func join(_ id: ProcessID, into commands: inout [Command]) {
        // A process that joins again has lost the tasks that it had.
        release(id, isDeath: false, into: &commands)
        var process = Process()
        if let known = processes[id] {
            (process.hasFinished, process.faults) = (known.hasFinished, known.faults)
            process.losesSums = known.losesSums
        } else {
            processOrder.insert(id, at: processOrder.firstIndex { $0 > id } ?? processOrder.count)
        }
        processes[id] = process
    }

    mutating func leave(_ id: ProcessID, into commands: inout [Command]) {
        let process = processes[id]
        // A process that others started may be a stranger, so it counts only if it finished a task.
        // A process that was put out was already counted by its faults.
        let counts = launches ? process?.isOut != true : process?.hasFinished == true
        release(id, isDeath: counts, into: &commands)
        processes[id] = nil
        processOrder.removeAll { $0 == id }
        if counts { countDeath(into: &commands) }
        commands.append(.relaunch(id))
    }

    private mutating func countDeath(into commands: inout [Command]) {
        deathsInARow += 1
        if deathsInARow >= Self.deathLimit, !isOver {
            isOver = true
            commands.append(.fail(.processesDie(count: deathsInARow)))
        }
    }

    /// Takes back the tasks of a process. They are the next ones to be given out.
    private mutating func release(
        _ id: ProcessID, isDeath: Bool, into commands: inout [Command]
    ) {
        guard let open = processes[id]?.open, !isOver else { return }
        defer { giveUpSum(of: id, into: &commands) }
        for (position, index) in open.enumerated().reversed() {
            letGo(index, of: id)
            // Only the task that the process worked on can be the cause of its end.
            guard isDeath, position == 0 else { continue }
            entries[index].deaths += 1
            if entries[index].deaths >= Self.attemptLimit {
                isOver = true
                commands.append(.fail(lost(entries[index])))
            }
        }
        processes[id]?.open = []
    }

    /// Removes a task from a process. The task waits again unless another process has it.
    private mutating func letGo(_ index: Int, of id: ProcessID) {
        if entries[index].earlier?.process == id { entries[index].earlier = nil }
        guard entries[index].status == .given(id) else { return }
        entries[index].status = .waiting
        waiting.append(index)
    }

    private func lost(_ entry: Entry) -> RunFailure {
        switch work {
        case .training:
            .clientLost(round: round, client: entry.client, attempts: entry.deaths)
        case .evaluation, .sum: .evaluationLost(round: round, attempts: entry.deaths)
        }
    }

    mutating func fallSilent(_ id: ProcessID, into commands: inout [Command]) {
        guard processes[id]?.isSilent == false else { return }
        processes[id]?.isSilent = true
        guard !isOver else { return }
        loseSum(of: id, into: &commands)
        for index in (processes[id]?.open ?? []).reversed()
        where entries[index].status == .given(id) {
            if let before = entries[index].earlier {
                processes[before.process]?.open.removeAll { $0 == index }
            }
            entries[index].earlier = Holder(process: id, attempt: entries[index].attempt)
            entries[index].status = .waiting
            waiting.append(index)
        }
    }

    mutating func hear(_ id: ProcessID) {
        guard let process = processes[id], process.isSilent else { return }
        processes[id]?.isSilent = false
        guard !isOver else { return }
        for index in process.open {
            let holder = Holder(process: id, attempt: entries[index].attempt)
            guard entries[index].status == .waiting, entries[index].earlier == holder else {
                continue
            }
            // No other process has the task yet.
            entries[index].status = .given(id)
            entries[index].earlier = nil
            waiting.removeAll { $0 == index }
        }
    }

    mutating func fail(_ fault: TaskFault, from id: ProcessID, into commands: inout [Command]) {
        if fault.task.work == .sum { return failSum(fault, from: id, into: &commands) }
        guard check(fault.task, from: id) == nil, let index = indexOf[fault.task.client] else {
            return
        }
        processes[id]?.open.removeAll { $0 == index }
        letGo(index, of: id)
        count(fault, at: index, of: id, into: &commands)
    }

    /// Takes back a report that was added but is not usable. The task is given out again.
    ///
    /// - Parameter id: the process that sent the report.
    public mutating func takeBack(
        _ fault: TaskFault, from id: ProcessID, into commands: inout [Command]
    ) {
        guard let finished = lastFinished, finished.process == id,
            entries[finished.index].client == fault.task.client
        else { return }
        lastFinished = nil
        if entries[finished.index].status == .done { remaining += 1 }
        entries[finished.index].status = .waiting
        waiting.append(finished.index)
        isOver = false
        // The task did not finish after all.
        deathsInARow = finished.deathsInARow
        processes[id]?.hasFinished = finished.hadFinished
        processes[id]?.faults = finished.faults
        count(fault, at: finished.index, of: id, into: &commands)
        giveOut(into: &commands)
    }

    private mutating func count(
        _ fault: TaskFault, at index: Int, of id: ProcessID, into commands: inout [Command]
    ) {
        entries[index].faults += 1
        entries[index].avoided = id
        // The model may be the cause, so it is sent again too.
        processes[id]?.hasModel = false
        processes[id]?.version = nil
        processes[id]?.faults += 1
        guard entries[index].faults < Self.faultLimit else {
            isOver = true
            commands.append(.fail(.broken(fault, tries: entries[index].faults)))
            return
        }
        commands.append(.again(fault, from: id))
        guard let faults = processes[id]?.faults, faults >= Self.processFaultLimit else { return }
        release(id, isDeath: false, into: &commands)
        processes[id]?.isOut = true
        commands.append(.putOut(id, fault))
    }
}

/// The reports and sums that processes owe.
extension RoundMachine {
    /// Returns the clients whose reports or updates a process owes. In an evaluation, these are
    /// numbers of tasks.
    public func owed(by id: ProcessID) -> [UInt32] {
        (processes[id]?.open.map { entries[$0].client } ?? [])
            + (processes[id]?.sum == .asked ? clientsInSum(of: id) : [])
    }

    /// The processes that have tasks or owe a sum, in ascending order.
    public var busyProcesses: [ProcessID] {
        processOrder.filter {
            processes[$0]?.open.isEmpty == false || processes[$0]?.sum == .asked
        }
    }
}
