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
    /// - Throws: `SystemError` if the system has no room for a thread.
    init(_ body: @escaping @Sendable () -> Void) throws(SystemError) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        // Vectors are on the heap, so a small stack is enough. It saves address space.
        pthread_attr_setstacksize(&attributes, 2 << 20)
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
