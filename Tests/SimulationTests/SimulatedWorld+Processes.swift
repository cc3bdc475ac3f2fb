import Federation
import Messaging
import RandomStreams
import Simulation

/// What the processes do, and what becomes of it.
extension SimulatedWorld {
    mutating func start(_ process: ProcessID) throws {
        connections += 1
        living[process] = SimulatedProcess(connection: connections, session: try makeSession())
        agenda.add(.starts(process, connection: connections), at: now + delay(20...60))
        if let mean = faults.meanLifetime {
            let lifetime = 1 + Int(stream.uniform() * 2 * mean)
            agenda.add(.dies(process, connection: connections), at: now + lifetime)
        } else if faults.diesAtStart {
            agenda.add(.dies(process, connection: connections), at: now + 1)
        }
    }

    mutating func take(_ occasion: Occasion) throws -> CoordinatorEvent? {
        switch occasion {
        case .starts(let id, connection: 0):
            try start(id)
        case .starts(let id, let connection):
            guard living[id]?.born == connection else { return nil }
            // Shorter than any start, so that a dead process's hello never follows its heir's.
            agenda.add(.hello(id, connection: connection), at: now + delay(1...19))
            if chance(faults.break) {
                agenda.add(.breaks(id, connection: connection), at: now + delay(30...400))
            }
        case .breaks(let id, let connection):
            guard let process = living[id], process.connection == connection else { return nil }
            connections += 1
            process.connection = connections
            agenda.add(.hello(id, connection: connections), at: now + delay(1...19))
        case .hello(let id, let connection):
            routes[id] = connection
            silent.remove(id)
            ended.remove(id)
            ledger.joined(id)
            return .joined(id)
        case .receives(let id, let connection, let letter):
            guard let process = living[id], process.connection == connection else { return nil }
            process.inbox.append(letter)
            work(id, process)
        case .finishes(let id, let connection):
            guard let process = living[id], process.born == connection else { return nil }
            try finish(id, process)
        case .reply(let id, let message, let frames):
            return try replied(message, frames, by: id)
        case .isMissed(let id, let connection): return isMissed(id, connection)
        case .wakes(let id, let connection): try wake(id, connection)
        case .dies(let id, let connection):
            guard living[id]?.born == connection else { return nil }
            die(id)
        case .buried(let id):
            // What the machine is to give up on is another test's: this one comes back by itself.
            if faults.spares, ledger.wouldEndTheRun(id) {
                try start(id)
                return nil
            }
            routes[id] = nil
            silent.remove(id)
            ledger.left(id)
            return .left(id)
        case .signal(let number): return .signal(number)
        }
        return nil
    }

    private mutating func replied(
        _ message: Message, _ frames: [SharedFrame], by id: ProcessID
    ) throws -> CoordinatorEvent? {
        if ended.contains(id) { return nil }
        if silent.remove(id) != nil {
            awakenings += 1
            ledger.heard(id)
            // The machine may as well conclude it from the report itself.
            if chance(0.5) {
                agenda.add(.reply(id, message, frames), at: now)
                return .heard(id)
            }
        }
        return try arrived(message, frames, from: id)
    }

    private mutating func isMissed(_ id: ProcessID, _ connection: Int) -> CoordinatorEvent? {
        guard let process = living[id], process.born == connection, process.owed != nil,
            routes[id] != nil, silent.insert(id).inserted
        else { return nil }
        silences += 1
        ledger.silent(id)
        guard chance(0.5) else { return .silent(id, .busy(seconds: 0.3)) }
        // A child is ended; it is reaped later.
        end(id)
        return .silent(id, .noSign(seconds: 0.3))
    }

    private mutating func wake(_ id: ProcessID, _ connection: Int) throws {
        guard let process = living[id], process.born == connection, let owed = process.owed
        else { return }
        process.owed = nil
        process.isBusy = false
        try answer(owed.message, owed.frames, of: id)
        work(id, process)
    }

    mutating func end(_ id: ProcessID) {
        routes[id] = nil
        ended.insert(id)
        die(id)
    }

    mutating func die(_ id: ProcessID) {
        deaths += 1
        living[id] = nil
        agenda.add(.buried(id), at: now + delay(1...30))
    }

    mutating func work(_ id: ProcessID, _ process: SimulatedProcess) {
        guard !process.isBusy, !process.inbox.isEmpty else { return }
        process.isBusy = true
        let duration = process.inbox[0].isModel ? 0 : delay(5...80)
        agenda.add(.finishes(id, connection: process.born), at: now + duration)
    }

    mutating func finish(_ id: ProcessID, _ process: SimulatedProcess) throws {
        process.isBusy = false
        switch try process.readNext() {
        case .nothing: break
        case .task(let task, let carried):
            if task.task.client == faults.killer { return die(id) }
            let reply = process.session.perform(task, carried: carried.map { .sent($0) })
            if chance(faults.hang) { return hang(id, process, reply.message, reply.bodies) }
            try answer(reply.message, reply.bodies, of: id)
            if chance(faults.deathAfterSending) { return die(id) }
        case .collection(let question):
            let reply = process.session.perform(question)
            if chance(faults.hang) { return hang(id, process, reply.message, reply.bodies) }
            try answer(reply.message, reply.bodies, of: id)
            if chance(faults.deathAfterSending) { return die(id) }
        case .evaluation(let task):
            if task.task.number == faults.evaluationKiller { return die(id) }
            let reply = process.session.perform(task)
            evaluations += 1
            if chance(faults.hang) { return hang(id, process, reply, []) }
            try answer(reply, [], of: id)
            if chance(faults.deathAfterSending) { return die(id) }
        }
        work(id, process)
    }

    mutating func hang(
        _ id: ProcessID, _ process: SimulatedProcess, _ message: Message, _ frames: [SharedFrame]
    ) {
        process.isBusy = true
        process.owed = (message, frames)
        agenda.add(.isMissed(id, connection: process.born), at: now + 300)
        // One that nobody ends wakes up before or after others have done its task.
        agenda.add(.wakes(id, connection: process.born), at: now + 301 + delay(1...600))
    }

    mutating func answer(_ message: Message, _ frames: [SharedFrame], of id: ProcessID)
        throws
    {
        let message = try MessageCodec.decode(
            MessageCodec.encode(message), bodies: frames.map { 4 * $0.count })
        // Most are quick; some come rounds late.
        let slow = chance(faults.repetition) ? 600 : 0
        var time = now + delay(1...40) + slow
        // A sum comes behind the reports of its updates. Another process may have the number now.
        if case .sum = message { time = max(time, living[id]?.lastReply ?? 0) }
        if let process = living[id] { process.lastReply = max(process.lastReply, time) }
        agenda.add(.reply(id, message, frames), at: time)
        if chance(faults.repetition) {
            repetitions += 1
            agenda.add(.reply(id, message, frames), at: now + delay(1...600))
        }
    }

    mutating func arrived(_ message: Message, _ frames: [SharedFrame], from id: ProcessID)
        throws -> CoordinatorEvent?
    {
        switch message {
        case .sum(let sum): return try arrived(sum.report, frames.first, from: id)
        case .update(let update) where update.inSum:
            return reportedInSum(update.report, frames.first, from: id)
        case .update(let update):
            guard let frame = frames.first else {
                throw Impossible(description: "an update without floats")
            }
            lent[ObjectIdentifier(frame), default: 0] += 1
            ledger.kept.append(frame)
            let report = update.report
            let carried = frames.count > 1 ? CarriedBody.sent(frames[1]) : nil
            if chance(faults.damage), !ledger.wouldBreakTheRun(report.task, of: id) {
                return damaged(report, frame, carried, from: id)
            }
            if chance(faults.falseClaims), !ledger.wouldBreakTheRun(report.task, of: id) {
                claim(isOpen: ledger.isOpen(report.task, by: id))
                ledger.broke(report.task, by: id, isVisible: false)
                let wrong = report.falsified(kind: stream.below(ClientReport.falseClaims))
                return .reported(wrong, .sent(frame), carried: carried, from: id)
            }
            ledger.finished(report.task, by: id)
            return .reported(report, .sent(frame), carried: carried, from: id)
        case .failed(let failed):
            switch failed.failure {
            case .diverged(let failure):
                ledger.finished(failure.task, by: id)
                return .failed(failure, from: id)
            case .broken(let fault):
                // A task of an earlier round that came twice finds no model.
                if ledger.isOpen(fault.task, by: id) { throw Impossible(description: "\(fault)") }
                return .broken(fault, from: id)
            }
        case .evaluated(let evaluated):
            let report = evaluated.report
            if chance(faults.falseClaims), !ledger.wouldBreakTheRun(report.task, of: id) {
                claim(isOpen: ledger.isOpen(report.task, by: id))
                ledger.broke(report.task, by: id, isVisible: false)
                let wrong = report.falsified(kind: stream.below(EvaluationReport.falseClaims))
                return .evaluated(wrong, from: id)
            }
            ledger.finished(report.task, by: id)
            return .evaluated(report, from: id)
        case .hello, .welcome, .refuse, .model, .task, .ping, .pong, .stop, .leave, .evaluate,
            .ready, .collect:
            throw Impossible(description: "a client sent \(message.kind)")
        }
    }

    private mutating func claim(isOpen: Bool) { if isOpen { damages += 1 } }

    mutating func damaged(
        _ report: ClientReport, _ frame: SharedFrame, _ carried: CarriedBody?, from id: ProcessID
    ) -> CoordinatorEvent {
        if ledger.isOpen(report.task, by: id) { damages += 1 }
        let isVisible = chance(0.5)
        ledger.broke(report.task, by: id, isVisible: isVisible)
        if isVisible {
            // The receiver has seen it, and nobody gets the body.
            lent[ObjectIdentifier(frame), default: 0] -= 1
            return .broken(TaskFault(report.task, "its update came damaged"), from: id)
        }
        let wrong = SharedFrame(count: frame.count) { floats in
            frame.withFloats { good in
                for index in good.indices { floats[index] = good[index] }
            }
            floats[frame.count / 2] = .nan
        }
        ledger.kept.append(wrong)
        lent[ObjectIdentifier(frame), default: 0] -= 1
        lent[ObjectIdentifier(wrong), default: 0] += 1
        return .reported(report, .sent(wrong), carried: carried, from: id)
    }
}
