import Datasets
import Federation
import Settings

/// What the loop does when processes fail, show no sign of life or are lost.
extension CoordinatorLoop {
    static func launch<W: World & ~Copyable>(_ id: ProcessID, in world: inout W) throws {
        do {
            try world.launch(id)
        } catch {
            throw RunStopped.lost("\(error)")
        }
    }

    mutating func relaunch<W: World & ~Copyable, O: RunObserver & ~Copyable>(
        _ id: ProcessID, _ round: UInt32, in world: inout W, observer: inout O
    ) throws {
        let isAnnounced = announced.remove(id) != nil
        faults[.lostProcesses] += 1
        if launches {
            if !isAnnounced {
                observer.warn("round \(round): client process \(id) died; starting it again")
            }
            try Self.launch(id, in: &world)
        } else if !isAnnounced {
            observer.warn("round \(round): client process \(id) left")
        }
    }

    /// Returns a name for messages: "process 0 (pid 812)".
    func name<W: World & ~Copyable>(of id: ProcessID, in world: borrowing W) -> String {
        "process \(id)" + (world.pid(of: id).map { " (pid \($0))" } ?? "")
    }

    /// Returns what these processes still owe: "reports of clients 4 and 17".
    private func owed(by ids: [ProcessID]) -> String? {
        let numbers = Set(ids.flatMap { machine.owed(by: $0) }).sorted()
        guard !numbers.isEmpty else { return nil }
        let isTraining = evaluation == nil
        let what = isTraining ? "client" : "part"
        let few = numbers.count > 6 ? numbers.prefix(5) : numbers[...]
        var words = few.map { "\($0)" }
        if numbers.count > few.count { words.append("\(numbers.count - few.count) others") }
        let list =
            words.count == 1
            ? words[0] : words.dropLast().joined(separator: ", ") + " and " + words[words.count - 1]
        return numbers.count == 1
            ? "the report of \(what) \(list)" : "the reports of \(what)s \(list)"
    }

    func text<W: World & ~Copyable>(
        of silence: Silence, _ id: ProcessID, _ round: UInt32, in world: borrowing W
    ) -> String {
        let process = name(of: id, in: world)
        let expected = owed(by: [id]) ?? "a sign of life"
        let others = machine.readyCount > 1 ? "other processes take its tasks" : ""
        func whole(_ seconds: Double) -> String { "\(Int(seconds.rounded())) s" }
        switch silence {
        case .disconnected:
            return "round \(round): expected \(expected), found the connection to \(process) lost"
                + (others.isEmpty ? "" : "; \(others)")
        case .noSign(let seconds):
            let means = [
                others, launches ? "it is ended and started again" : "it may come back at any time",
            ].filter { !$0.isEmpty }
            return "round \(round): expected \(expected), found none for \(whole(seconds)) from"
                + " \(process); \(means.joined(separator: "; "))"
        case .busy(let seconds):
            return "round \(round): expected \(expected), found none for \(whole(seconds)) from"
                + " \(process), which still computes"
                + (others.isEmpty ? "; waiting for it" : "; \(others), too")
        case .overdue(let seconds):
            return "round \(round): expected \(expected), found none for \(whole(seconds)) from"
                + " \(process), which gives signs of life"
                + (others.isEmpty ? "; waiting for it" : "; \(others), too")
        }
    }

    func text<W: World & ~Copyable>(
        ofPuttingOut id: ProcessID, _ fault: TaskFault, in world: borrowing W
    ) -> String {
        "\(fault.task.place): expected a usable report of \(name(of: id, in: world)), found"
            + " \(RoundMachine.processFaultLimit) failed tasks in a row; the process is "
            + (launches ? "ended and started again" : "sent away")
    }

    /// Returns the warning that a run waits: for which reports, and for how long.
    func waiting<W: World & ~Copyable>(
        _ round: UInt32, _ seconds: Double, in world: borrowing W
    ) -> String {
        let time = "\(Int(seconds.rounded())) s"
        let busy = machine.busyProcesses
        if let owed = owed(by: busy) {
            let names = busy.prefix(5).map { name(of: $0, in: world) }
            let more = busy.count > 5 ? " and \(counted(busy.count - 5, "other"))" : ""
            return "round \(round): expected \(owed), found none for \(time); still waiting for"
                + " \(names.joined(separator: ", "))\(more)"
        }
        let place = world.endpoint.map { " --connect \($0)" } ?? ""
        if launches {
            return "round \(round): expected a client process that is ready, found none for"
                + " \(time); still waiting"
        }
        return hasHadProcesses
            ? "round \(round): expected a connected client process, found none for \(time); start"
                + " one with 'hyperfed client'\(place)"
            : "expected a client process, found none for \(time); start one with 'hyperfed"
                + " client'\(place)"
    }
}

extension ClientFailure {
    /// Describes an update that is too large for the aggregate.
    init(_ report: ClientReport, _ reason: String) {
        self.init(
            round: report.round, client: report.client, attempt: report.attempt,
            step: report.steps, localRate: report.rates.last, reason: reason)
    }
}
