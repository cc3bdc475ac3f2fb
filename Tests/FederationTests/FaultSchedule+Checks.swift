import Federation

/// What the machine must not do, and what its commands mean for the processes.
extension FaultSchedule {
    mutating func check(after event: RoundMachine.Event?) {
        for command in commands { check(command, after: event) }
        commands.removeAll(keepingCapacity: true)
        for id in 0..<processCount where open[id].count > 2 { fail("process \(id): three tasks") }
        guard commits == Int(round) else { return }
        let ready = (0..<processCount).filter { isKnown[$0] && !isSilent[$0] && !isOut[$0] }
        for id in ready where open[id].isEmpty {
            let waits = cohort.contains {
                isWanted[Int($0)] && owner[Int($0)] == nil
                    && (ready.count == 1 || avoided[Int($0)] != UInt32(id))
            }
            if waits { fail("tasks wait while process \(id) has nothing to do") }
        }
    }

    mutating func check(
        _ command: RoundMachine.Command, after event: RoundMachine.Event?
    ) {
        switch command {
        case .sendModel(let id, _):
            if !isKnown[Int(id)] || hasModel[Int(id)] { fail("\(command): absent, or again") }
            hasModel[Int(id)] = true
        case .send(let task, let process, let isSummed):
            given(task, to: process, by: command)
            check(isSummed, task, to: Int(process))
        case .add(let task, let isSummed):
            guard case .reported(task, let id) = event, isExpected(task, from: id),
                isSummed == (owner[Int(task.client)] == id && inSum[Int(task.client)])
            else {
                return fail("\(command) after \(String(describing: event))")
            }
            finish(task, by: id, inSum: isSummed)
        case .collect(let process): check(collectionFrom: Int(process), by: command)
        case .addSum(let id), .ignoreSum(let id): check(sumFrom: id, command, after: event)
        case .withdraw(let clients): withdraw(clients, after: event, by: command)
        case .diverged(let failure):
            guard case .failed(failure, let id) = event, isExpected(failure.task, from: id) else {
                return fail("\(command) after \(String(describing: event))")
            }
            finish(failure.task, by: id)
        case .ignore(let task, _):
            guard case .reported(task, let id) = event, !isExpected(task, from: id) else {
                return fail("\(command) after \(String(describing: event))")
            }
            ignored += 1
        case .relaunch(let id):
            guard event == .left(id) else { return fail("\(command): nobody died") }
            life[Int(id)] = .starting
        case .again(let fault, let id):
            if case .broken(fault, id) = event, fault.task.work == .sum, sum[Int(id)] == .asked {
                return loseSum(of: Int(id))
            }
            guard case .broken(fault, id) = event, isExpected(fault.task, from: id) else {
                return fail("\(command) after \(String(describing: event))")
            }
            broke(fault.task.client, by: id)
        case .putOut(let id, _):
            if faultsInARow[Int(id)] < RoundMachine.processFaultLimit {
                fail("\(command): \(faultsInARow[Int(id)]) faults in a row")
            }
            putOut(id)
        case .commit(let number):
            if number != round || left != 0 || commits != Int(round) {
                fail("\(command): \(left) of \(cohort.count) left, \(commits) commits")
            }
            commits += 1
        case .fail: fail("\(command)")
        }
    }

    private mutating func given(
        _ task: Assignment, to process: ProcessID, by command: RoundMachine.Command
    ) {
        let (id, client) = (Int(process), Int(task.client))
        if !isKnown[id] || !hasModel[id] { fail("\(command): absent, or without the model") }
        if task.round != round || !isWanted[client] { fail("\(command): not to be done") }
        if isSilent[id] || isOut[id] { fail("\(command): silent, or put out") }
        if owner[client] != nil { fail("\(command): another process has it") }
        if earlier[client]?.process == process {
            open[id].removeAll { $0 == task.client }
            earlier[client] = nil
        }
        let attempt = attempts[client] + 1
        if task.attempt != attempt { fail("\(command): this should be attempt \(attempt)") }
        attempts[client] = attempt
        owner[client] = process
        open[id].append(task.client)
    }

    private mutating func broke(_ client: UInt32, by id: ProcessID) {
        letGo(client, of: id)
        open[Int(id)].removeAll { $0 == client }
        hasModel[Int(id)] = false
        avoided[Int(client)] = id
        faults[Int(client)] += 1
        faultsInARow[Int(id)] += 1
    }

    private mutating func putOut(_ id: ProcessID) {
        putOuts += 1
        for client in open[Int(id)] { letGo(client, of: id) }
        open[Int(id)] = []
        sum[Int(id)] = .none
        isOut[Int(id)] = true
        if life[Int(id)] != .dead { flying.append(.left(id)) }
        life[Int(id)] = .dead
        received[Int(id)] = []
        content[Int(id)].clients = []
    }

    mutating func finish(_ task: Assignment, by id: ProcessID, inSum: Bool = false) {
        let client = Int(task.client)
        isWanted[client] = false
        if inSum { summed[client] = id } else { left -= 1 }
        if earlier[client]?.process == id { saved += 1 }
        for holder in 0..<processCount { open[holder].removeAll { $0 == task.client } }
        owner[client] = nil
        earlier[client] = nil
        faultsInARow[Int(id)] = 0
        deathsInARow = 0
    }

    func isExpected(_ task: Assignment, from id: ProcessID) -> Bool {
        let client = Int(task.client)
        guard commits == Int(round), task.round == round, isWanted[client] else { return false }
        if owner[client] == id, attempts[client] == task.attempt { return true }
        return earlier[client].map { $0 == (id, task.attempt) } ?? false
    }
}
