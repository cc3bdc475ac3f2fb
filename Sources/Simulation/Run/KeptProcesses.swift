/// The client processes that several runs use one after the other, with their connections.
///
/// A process is started for the first run that needs it, and gets a welcome to each further run.
/// The processes end with this value. One thread uses it and must live as long as the value,
/// because the kernel ends a process together with the thread that started it.
public final class KeptProcesses {
    private var kept: RealWorld?

    /// Creates a value that has no processes yet.
    public init() {}

    deinit { end() }

    /// Ends all processes that are kept.
    public func end() {
        if var world = kept.take() { world.stop("all runs are finished", graceSeconds: 0.2) }
    }

    /// Returns the world of the run before for another run, or nil if there is none that fits. A
    /// world that does not fit ends, so that its memory is free.
    func world(for prepared: PreparedRun, processes: Int) -> RealWorld? {
        guard var world = kept.take() else { return nil }
        if world.canServe(prepared), (try? world.begin(prepared, processes: processes)) != nil {
            return world
        }
        world.stop("the next run needs others", graceSeconds: 0)
        return nil
    }

    /// Stores the world of a run that has finished.
    func keep(_ world: consuming RealWorld) { kept = consume world }
}
