import CSystem
import Glibc

/// The signals that matter to a coordinator, as a descriptor in the same poll as the sockets.
struct Signals: ~Copyable {
    /// Readable when a signal waits.
    let descriptor: Int32

    init() throws {
        descriptor = hyperfed_signal_descriptor()
        if descriptor < 0 { throw SystemError.last("could not watch signals", "") }
    }

    deinit { hyperfed_release_signals(descriptor) }

    /// The next signal that came; nil when there is none.
    func next() -> Int32? {
        let signal = hyperfed_next_signal(descriptor)
        return signal > 0 ? signal : nil
    }
}

/// Whether a signal asks for the end of the run (and is no news of a child).
func endsRun(_ signal: Int32) -> Bool { signal != SIGCHLD }

/// Seconds of the clock that never jumps; its zero means nothing.
public func monotonicSeconds() -> Double { hyperfed_monotonic_seconds() }
