import Glibc
import Synchronization

/// Does pieces of work on several threads, the jobs. Each job has its own client processes and uses
/// them for one piece after the other.
///
/// After a signal that asks for the end, no further piece begins. The pieces that have begun handle
/// the signal themselves.
package struct JobQueue {
    /// The largest number of pieces that are done at the same time.
    package let jobs: Int

    /// Creates a queue with a number of jobs, at least 1.
    package init(jobs: Int) { self.jobs = jobs }

    /// Does all pieces, and returns when all pieces that have begun are done.
    ///
    /// - Parameters:
    ///   - count: the number of pieces. They begin in the order of their numbers, from 0.
    ///   - perform: does a piece, on the thread of a job.
    ///   - receive: receives the result of a piece, on the thread of the caller, in the order in
    ///     which pieces end. It returns whether further pieces may begin.
    /// - Returns: how many pieces have begun. These are the pieces with the lowest numbers.
    /// - Throws: `SystemError` if not even one thread can be started.
    package func run<Outcome: Sendable>(
        _ count: Int, perform: @escaping @Sendable (Int, KeptProcesses) -> Outcome,
        receive: (Int, Outcome) -> Bool
    ) throws -> Int {
        let exchange = Exchange<Outcome>(count)
        // A thread is joined once, so it cannot be an element of an array.
        try run(min(jobs, count), exchange, perform, receive)
        return exchange.begun
    }

    /// Starts one thread and calls itself for the others. The last call receives the results.
    private func run<Outcome: Sendable>(
        _ threads: Int, _ exchange: Exchange<Outcome>,
        _ perform: @escaping @Sendable (Int, KeptProcesses) -> Outcome,
        _ receive: (Int, Outcome) -> Bool
    ) throws {
        guard threads > 0 else { return exchange.receiveAll(receive) }
        exchange.enter()
        let thread: WorkerThread
        do {
            thread = try WorkerThread {
                let kept = KeptProcesses()
                while let number = exchange.next() {
                    exchange.hand(number, perform(number, kept))
                }
                // The processes end first, because the kernel kills them with their thread.
                kept.end()
                exchange.leave()
            }
        } catch {
            exchange.leave()
            // A smaller number of jobs does the same work.
            guard threads < min(jobs, exchange.count) else { throw error }
            return exchange.receiveAll(receive)
        }
        let others = Result<Void, any Error> {
            try run(threads - 1, exchange, perform, receive)
        }
        thread.join()
        try others.get()
    }
}

extension JobQueue {
    /// Computes values on all cores, such as the contents of files.
    ///
    /// - Returns: the value of each number below `count`, in the order of the numbers.
    package static func map<Value: Sendable>(
        _ count: Int, _ value: @escaping @Sendable (Int) -> Value
    ) -> [Value] {
        var values = [Value?](repeating: nil, count: count)
        // A few values are not worth a thread.
        if count > 3 {
            _ = try? JobQueue(jobs: Simulation.cores).run(count) { index, _ in
                value(index)
            } receive: { index, computed in
                values[index] = computed
                return true
            }
        }
        // What a signal or a lack of threads has left.
        return values.enumerated().map { $1 ?? value($0) }
    }
}

/// The threads of a queue get their pieces here and leave their results here.
private final class Exchange<Outcome: Sendable>: Sendable {
    private struct State {
        var next = 0
        var isClosed = false
        var threads = 0
        var results: [(number: Int, result: Outcome)] = []
    }

    let count: Int
    private let state = Mutex(State())
    private let news = Semaphore()

    init(_ count: Int) { self.count = count }

    /// The number of pieces that threads have received.
    var begun: Int { state.withLock { $0.next } }

    func enter() { state.withLock { $0.threads += 1 } }

    func leave() {
        state.withLock { $0.threads -= 1 }
        news.post()
    }

    /// Returns the number of the next piece, or nil if no further piece begins.
    func next() -> Int? {
        let isOver = EndSignal.waiting != nil
        return state.withLock { state in
            guard !isOver, !state.isClosed, state.next < count else { return nil }
            state.next += 1
            return state.next - 1
        }
    }

    func hand(_ number: Int, _ result: Outcome) {
        state.withLock { $0.results.append((number, result)) }
        news.post()
    }

    /// Receives all results until no thread is left.
    func receiveAll(_ receive: (Int, Outcome) -> Bool) {
        while true {
            let (results, isOver) = state.withLock { state in
                defer { state.results = [] }
                return (state.results, state.threads == 0)
            }
            for (number, result) in results where !receive(number, result) {
                state.withLock { $0.isClosed = true }
            }
            if results.isEmpty {
                if isOver { return }
                news.wait()
            }
        }
    }
}

/// A count of events that one thread waits for.
///
/// `@unchecked Sendable`: the system's semaphore is for several threads, and it has one address as
/// long as this value lives.
private final class Semaphore: @unchecked Sendable {
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { sem_init(semaphore, 0, 0) }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    func post() { sem_post(semaphore) }

    func wait() { while sem_wait(semaphore) != 0, errno == EINTR {} }
}
