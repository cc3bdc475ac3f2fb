import CSystem
import Glibc

/// The signals that ask this process to end: SIGINT, SIGTERM and SIGHUP.
///
/// One handler is there for the life of the process. Where nothing would be lost, a signal ends the
/// process at once. Where a `SignalHold` lives, the first signal waits until it is taken, and a
/// second one ends the process. So no signal is ever lost, whenever it comes.
public enum EndSignal {
    /// Installs the handler; the first thing that a command does. Signals that this process
    /// inherited as blocked are unblocked.
    ///
    /// - Throws: `SystemError` if the system refuses a handler.
    public static func watch() throws {
        if hyperfed_watch_signals() != 0 { throw SystemError.last("could not watch", "signals") }
    }

    /// The signal that came, whether somebody took it or not; nil when none came.
    public static var waiting: Int32? {
        let signal = hyperfed_waiting_signal()
        return signal == 0 ? nil : signal
    }

    /// The signal that came. From now on it is the caller's part to end the process with
    /// `exitCode(of:)`.
    public static func receive() -> Int32? {
        let signal = hyperfed_take_signal()
        return signal == 0 ? nil : signal
    }

    /// The exit code of a process that a signal ended: 130, 143 or 129.
    public static func exitCode(of signal: Int32) -> Int32 { 128 + signal }

    /// The name of a signal: "SIGINT".
    public static func name(of signal: Int32) -> String {
        switch signal {
        case SIGINT: "SIGINT"
        case SIGTERM: "SIGTERM"
        case SIGHUP: "SIGHUP"
        default: "signal \(signal)"
        }
    }
}

/// As long as this value lives, the first signal that asks for the end waits.
///
/// When the last hold is gone and nobody took the signal, the process ends there.
public struct SignalHold: ~Copyable {
    /// Holds signals from now on.
    public init() { hyperfed_hold_signals() }

    deinit { hyperfed_release_signals() }
}

/// The signals that matter to a coordinator, as a descriptor in the same poll as the sockets. They
/// are held as long as this value lives.
final class Signals {
    /// Readable when a signal came or a child ended.
    let descriptor: Int32
    private let hold = SignalHold()
    private var hasToldEnd = false
    private var newsOfChildren: UInt32

    init() throws {
        newsOfChildren = hyperfed_news_of_children()
        descriptor = hyperfed_open_signals()
        if descriptor < 0 { throw SystemError.last("could not watch", "signals") }
    }

    deinit { hyperfed_close_signals(descriptor) }

    /// The next signal that came; nil when there is none. The one that asks for the end comes
    /// first, and once; it is taken.
    func next() -> Int32? {
        hyperfed_drain_signals(descriptor)
        if !hasToldEnd, let signal = EndSignal.receive() {
            hasToldEnd = true
            return signal
        }
        let news = hyperfed_news_of_children()
        guard news != newsOfChildren else { return nil }
        newsOfChildren = news
        return SIGCHLD
    }
}

/// Whether a signal asks for the end of the run (and is no news of a child).
func endsRun(_ signal: Int32) -> Bool { signal != SIGCHLD }
