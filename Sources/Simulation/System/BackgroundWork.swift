import CSystem
import Glibc

/// Work on a thread of its own, which can wait for a disk. If the system has no thread left, the
/// work is done at once.
final class BackgroundWork {
    private let box: Box
    private var thread: WorkerThread?

    private final class Box: @unchecked Sendable {
        // It is Sendable because only the thread uses it until the thread has ended.
        let work: @Sendable () throws -> Void
        var failure: (any Error)?

        init(_ work: @escaping @Sendable () throws -> Void) { self.work = work }

        func run() {
            do { try work() } catch { failure = error }
        }
    }

    /// Starts the work on a new thread.
    init(_ work: @escaping @Sendable () throws -> Void) {
        let box = Box(work)
        self.box = box
        // Signals go to the thread that executes the rounds.
        var (all, before) = (sigset_t(), sigset_t())
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        do {
            thread = try WorkerThread(stackBytes: 256 << 10) { box.run() }
        } catch {
            box.run()
        }
    }

    deinit { join() }

    private func join() {
        if let thread = thread.take() { thread.join() }
    }

    /// Waits for the end of the work.
    ///
    /// - Throws: the error of the work.
    func finish() throws {
        join()
        if let failure = box.failure { throw failure }
    }
}
