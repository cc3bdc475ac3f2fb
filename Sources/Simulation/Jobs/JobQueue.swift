import Glibc
import Synchronization

/// Does pieces of work on several threads, the jobs. Each job has client processes of its own,
/// which it keeps from one piece to the next.
///
/// When a signal asks for the end, no further piece is begun; those that have begun see the signal
/// themselves.
package struct JobQueue {
    /// How many pieces are done at a time, at most.
    package let jobs: Int

    /// - Parameter jobs: at least 1.
    package init(jobs: Int) { self.jobs = jobs }

    /// Does all pieces, and returns when all that have begun are done.
    ///
    /// - Parameters:
    ///   - count: of pieces; they are begun in the order of their numbers, from 0.
    ///   - perform: does a piece, on the thread of a job.
    ///   - receive: takes what came of a piece, on the thread of the caller, in the order in which
    ///     pieces end. It returns whether further pieces are to begin.
    /// - Returns: how many pieces have begun: those with the lowest numbers.
    /// - Throws: `SystemError` if not even one thread can be started.
    package func run<Outcome: Sendable>(
        _ count: Int, perform: @escaping @Sendable (Int, KeptProcesses) -> Outcome,
        receive: (Int, Outcome) -> Bool
    ) throws -> Int {
        let exchange = Exchange<Outcome>(count)
        // Threads can't be elements of an array, since they are joined once.
        try run(min(jobs, count), exchange, perform, receive)
        return exchange.begun
    }

    /// Starts one thread, and so on down to the last; that call receives the results.
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
                // Before the thread ends: the kernel ends with it those that it has started.
                kept.end()
                exchange.leave()
            }
        } catch {
            exchange.leave()
            // Fewer jobs do the same work.
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

/// Where the threads of a queue get their pieces and leave their results.
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

    /// How many pieces have been handed out.
    var begun: Int { state.withLock { $0.next } }

    func enter() { state.withLock { $0.threads += 1 } }

    func leave() {
        state.withLock { $0.threads -= 1 }
        news.post()
    }

    /// The next piece; nil when there is none to begin.
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

    /// Receives all results, until no thread is left.
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

/// Counts news that one thread waits for.
///
/// `@unchecked Sendable`: the system's semaphore is made for several threads, and it lies at one
/// address as long as this value lives.
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
