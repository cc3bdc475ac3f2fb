import CSystem
import Glibc

/// The signals that ask this process to end: SIGINT, SIGTERM and SIGHUP.
///
/// One handler is installed for the life of the process. If nothing would be lost, a signal ends
/// the process at once. While a `SignalHold` lives, the first signal waits until it is received,
/// and a second signal ends the process. So no signal is ever lost.
public enum EndSignal {
    /// Installs the handler. A command calls it first. Signals that this process inherited as
    /// blocked are unblocked.
    ///
    /// - Throws: `SystemError` if the system refuses a handler.
    public static func watch() throws {
        if hyperfed_watch_signals() != 0 { throw SystemError.last("receive them", "signals") }
    }

    /// The signal that arrived, whether it was received or not. It is nil if no signal arrived.
    public static var waiting: Int32? {
        let signal = hyperfed_waiting_signal()
        return signal == 0 ? nil : signal
    }

    /// Returns the signal that arrived, or nil. After that, the caller must end the process with
    /// `exitCode(of:)`.
    public static func receive() -> Int32? {
        let signal = hyperfed_take_signal()
        return signal == 0 ? nil : signal
    }

    /// Returns the exit code of a process that a signal ended: 130, 143 or 129.
    public static func exitCode(of signal: Int32) -> Int32 { 128 + signal }

    /// Returns the name of a signal, such as "SIGINT".
    public static func name(of signal: Int32) -> String {
        switch signal {
        case SIGINT: "SIGINT"
        case SIGTERM: "SIGTERM"
        case SIGHUP: "SIGHUP"
        default: "signal \(signal)"
        }
    }
}

/// While this value lives, the first signal that asks for the end waits.
///
/// If no one received the signal when the last hold ends, the process ends there.
public struct SignalHold: ~Copyable {
    /// Holds signals from now on.
    public init() { hyperfed_hold_signals() }

    deinit { hyperfed_release_signals() }
}

/// The signals that the coordinator handles, as a descriptor in the same poll as the sockets. They
/// are held while this value lives.
final class Signals {
    /// The descriptor is readable when a signal arrived or a child ended.
    let descriptor: Int32
    private let hold = SignalHold()
    private var hasToldEnd = false
    private var newsOfChildren: UInt32

    init() throws {
        newsOfChildren = hyperfed_news_of_children()
        descriptor = hyperfed_open_signals()
        if descriptor < 0 { throw SystemError.last("receive them", "signals") }
    }

    deinit { hyperfed_close_signals(descriptor) }

    /// Returns the next signal, or nil if there is none. A signal that asks for the end comes
    /// first. It is returned only once.
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

/// Returns whether a signal asks for the end of the run. The signal that a child ended does not.
func endsRun(_ signal: Int32) -> Bool { signal != SIGCHLD }
