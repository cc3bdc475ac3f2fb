import CSystem
import Glibc

/// A thread of this process that does one piece of work and ends.
struct WorkerThread: ~Copyable {
    private let thread: pthread_t

    private final class Work: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Starts the thread with its work.
    ///
    /// - Parameter stackBytes: the size of its stack. Vectors are on the heap, so a small stack is
    ///   enough. It saves address space.
    /// - Throws: `SystemError` if the system has no room for a thread.
    init(
        stackBytes: Int = 2 << 20, _ body: @escaping @Sendable () -> Void
    ) throws(SystemError) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, stackBytes)
        let work = Unmanaged.passRetained(Work(body))
        var thread = pthread_t()
        let status = pthread_create(
            &thread, &attributes,
            { pointer in
                if let pointer {
                    Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().body()
                }
                return nil
            }, work.toOpaque())
        guard status == 0 else {
            work.release()
            throw SystemError(operation: "start it", object: "thread", errno: status)
        }
        self.thread = thread
    }

    /// Waits for the end of the thread.
    consuming func join() { pthread_join(thread, nil) }
}
