import CSystem
import Glibc

/// A piece of work on a thread of its own, for what waits for a disk. Where the system gives no
/// thread, the work is done at once.
final class BackgroundWork {
    private let box: Box
    private var thread: pthread_t?

    private final class Box: @unchecked Sendable {
        // Sendable: the thread alone uses it until it was joined.
        let work: @Sendable () throws -> Void
        var failure: (any Error)?

        init(_ work: @escaping @Sendable () throws -> Void) { self.work = work }

        func run() {
            do { try work() } catch { failure = error }
        }
    }

    /// Starts the work.
    init(_ work: @escaping @Sendable () throws -> Void) {
        box = Box(work)
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, 256 << 10)
        // The thread that runs rounds takes the signals.
        var (all, before) = (sigset_t(), sigset_t())
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        var thread = pthread_t()
        let reference = Unmanaged.passRetained(box)
        let status = pthread_create(
            &thread, &attributes,
            { reference in
                if let reference {
                    Unmanaged<Box>.fromOpaque(reference).takeRetainedValue().run()
                }
                return nil
            }, reference.toOpaque())
        guard status == 0 else {
            reference.takeRetainedValue().run()
            return
        }
        self.thread = thread
    }

    deinit { join() }

    private func join() {
        if let thread { pthread_join(thread, nil) }
        thread = nil
    }

    /// Waits for the end of the work.
    ///
    /// - Throws: the work's error.
    func finish() throws {
        join()
        if let failure = box.failure { throw failure }
    }
}
