import Scenarios
import Simulation
import Synchronization
import Testing

@Suite struct `A queue of jobs` {
    /// Counts how many pieces are under way at once.
    private final class Count: Sendable {
        let state = Mutex((now: 0, most: 0))

        func enter() {
            state.withLock { state in
                state.now += 1
                state.most = max(state.most, state.now)
            }
        }

        func leave() { state.withLock { $0.now -= 1 } }
    }

    @Test(arguments: [(1, 0), (1, 7), (2, 7), (3, 2), (5, 40)])
    func `does each piece once, at most so many at a time`(jobs: Int, count: Int) throws {
        let under = Count()
        var order: [Int] = []
        var received: [Int: Int] = [:]
        let begun = try JobQueue(jobs: jobs).run(count) { number, _ in
            under.enter()
            defer { under.leave() }
            return number * number
        } receive: { number, result in
            order.append(number)
            received[number] = result
            return true
        }
        #expect(begun == count)
        #expect(order.sorted() == Array(0..<count))
        for number in 0..<count { #expect(received[number] == number * number) }
        let (now, most) = under.state.withLock { $0 }
        #expect(now == 0 && most <= min(jobs, max(count, 1)))
        // One job does them in order.
        if jobs == 1 { #expect(order == Array(0..<count)) }
    }

    /// What has begun is received all the same.
    @Test(arguments: [1, 2, 3])
    func `begins no further piece when it is told so`(jobs: Int) throws {
        var received: [Int] = []
        let begun = try JobQueue(jobs: jobs).run(1_000_000) { number, _ in
            number
        } receive: { number, _ in
            received.append(number)
            return number < 3
        }
        #expect(begun < 1_000_000 && received.sorted() == Array(0..<begun))
        #expect(received.contains(3))
    }

    private static func runs(_ processes: String, _ count: Int) throws -> [PreparedRun] {
        let run = try prepare(
            scenario(), overrides: [(path: "clients.processes", value: processes)])
        return Array(repeating: run, count: count)
    }

    @Test func `there are as many as fill the cores, and never more than runs`() throws {
        func jobs(_ processes: String, _ count: Int, cores: Int) throws -> Int {
            try JobCount.jobs(for: try Self.runs(processes, count), asked: nil, cores: cores)
        }
        #expect(try jobs("auto", 18, cores: 2) == 2)
        #expect(try jobs("auto", 18, cores: 8) == 8)
        #expect(try jobs("auto", 3, cores: 8) == 3)
        #expect(try jobs("auto", 18, cores: 1) == 1)
        #expect(try jobs("4", 18, cores: 8) == 2)
        #expect(try jobs("12", 18, cores: 8) == 1)
        #expect(try JobCount.jobs(for: try Self.runs("auto", 4), asked: 9) == 4)
        #expect(try JobCount.jobs(for: try Self.runs("12", 4), asked: 3) == 3)
    }

    @Test func `all jobs together must fit the memory`() throws {
        let large = try prepare(
            scenario(model: "{ kind: mlp, hidden: [8000, 8000] }"),
            overrides: [
                (path: "clients.processes", value: "auto"),
                (path: "clients.transport", value: "tcp"),
            ])
        let runs = Array(repeating: large, count: 64)
        let jobs = try JobCount.jobs(for: runs, asked: nil, cores: 64)
        #expect(jobs < 64)
        #expect(throws: UsageError.self) { try JobCount.jobs(for: runs, asked: 64, cores: 64) }
        do {
            _ = try JobCount.jobs(for: runs, asked: 64, cores: 64)
        } catch {
            #expect(error.description.hasPrefix("--jobs: expected at most "))
            #expect(error.description.contains(" for 64 runs at a time; use fewer jobs"))
        }
    }

    @Test func `alone a run has a process for each client of a round, beside others its share`()
        throws
    {
        let run = try Self.runs("auto", 1)[0]
        // 12 clients, 4 a round.
        #expect(run.processCount(cores: 2) == 4)
        #expect(run.processCount(cores: 6) == 6)
        #expect(run.processCount(cores: 64) == 12)
        #expect(run.processCount(cores: 6, jobs: 2) == 3)
        #expect(run.processCount(cores: 2, jobs: 6) == 1)
        let many = try prepare(
            scenario(),
            overrides: [
                (path: "clients.processes", value: "auto"), (path: "clients.count", value: "60"),
                (path: "clients.per_round", value: "50"), (path: "data.skew", value: "iid"),
            ])
        #expect(many.processCount(cores: 2) == 4)
        #expect(many.processCount(cores: 8) == 16)
        #expect(many.processCount(cores: 12) == 16)
        #expect(many.processCount(cores: 32) == 32)
        let fixed = try Self.runs("3", 1)[0]
        #expect(fixed.processCount(cores: 64, jobs: 8) == 3)
    }
}
