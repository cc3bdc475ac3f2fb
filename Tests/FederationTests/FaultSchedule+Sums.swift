import Federation

/// What the machine must not do with sums of updates.
extension FaultSchedule {
    mutating func check(_ isSummed: Bool, _ task: Assignment, to id: Int) {
        let client = Int(task.client)
        inSum[client] = isSummed
        if isSummed != (task.attempt == 1 && sum[id] == .open) {
            fail("\(task) to process \(id): in a sum \(isSummed)")
        }
        if life[id] == .running { received[id].append(.task(task, inSum: isSummed)) }
    }

    mutating func check(collectionFrom id: Int, by command: RoundMachine.Command) {
        let holds = cohort.contains {
            let (client, own) = (Int($0), ProcessID(id))
            return summed[client] == own || owner[client] == own && inSum[client]
        }
        if sum[id] != .open || !holds || cohort.contains(where: { attempts[Int($0)] == 0 }) {
            fail("\(command): too early, or without updates")
        }
        sum[id] = .asked
        if life[id] == .running { received[id].append(.collect(round: round)) }
    }

    mutating func check(
        sumFrom id: ProcessID, _ command: RoundMachine.Command, after event: RoundMachine.Event?
    ) {
        guard case .summed(let report, id) = event,
            (command == .addSum(from: id)) == isUsable(report, from: Int(id))
        else { return fail("\(command) after \(String(describing: event))") }
        if command == .addSum(from: id) {
            use(report, from: Int(id))
        } else if commits == Int(round), report.round == round, sum[Int(id)] == .asked {
            loseSum(of: Int(id))
        }
    }

    func isUsable(_ report: SumReport, from id: Int) -> Bool {
        let own = cohort.filter { summed[Int($0)] == ProcessID(id) }
        let hasOpen = open[id].contains { inSum[Int($0)] && owner[Int($0)] == ProcessID(id) }
        return commits == Int(round) && report.round == round && sum[id] == .asked && !hasOpen
            && Set(report.clients) == Set(own) && report.clients.count == own.count
    }

    mutating func use(_ report: SumReport, from id: Int) {
        for client in report.clients { summed[Int(client)] = nil }
        left -= report.clients.count
        sum[id] = .none
        sums += 1
    }

    /// The sum of a process that stays is lost. Its open tasks go to others.
    mutating func loseSum(of id: Int) {
        guard sum[id] != .none else { return }
        sum[id] = .none
        let own = open[id].filter { inSum[Int($0)] && owner[Int($0)] == ProcessID(id) }
        for client in own { owner[Int(client)] = nil }
        open[id].removeAll { own.contains($0) }
        if !own.isEmpty || summed.contains(ProcessID(id)) { losesSums[id] = true }
    }

    mutating func withdraw(
        _ clients: [UInt32], after event: RoundMachine.Event?, by command: RoundMachine.Command
    ) {
        let holders = Set(clients.map { summed[Int($0)] })
        guard holders.count == 1, let holder = holders.first, let id = holder,
            clients.count == cohort.count(where: { summed[Int($0)] == id })
        else { return fail("\(command): not the updates of one sum") }
        switch event {
        case .joined(id), .left(id), .silent(id), .broken(_, id), .summed(_, id): break
        case .joined, .left, .silent, .heard, .reported, .failed, .broken, .summed, nil:
            fail("\(command) after \(String(describing: event))")
        }
        for client in clients {
            summed[Int(client)] = nil
            isWanted[Int(client)] = true
        }
        lostSums += 1
    }
}

extension RoundMachine.Event {
    /// The process that the event is about.
    var sender: ProcessID {
        switch self {
        case .joined(let id), .left(let id), .silent(let id), .heard(let id): id
        case .reported(_, let id), .failed(_, let id), .broken(_, let id), .summed(_, let id): id
        }
    }
}
