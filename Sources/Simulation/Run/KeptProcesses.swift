/// The client processes that runs have one after the other, with their connections.
///
/// A process is started for the first run that needs it, and welcomed to each further one. They are
/// ended with this value. It belongs to one thread, which must live at least as long: the kernel
/// ends a process together with the thread that started it.
public final class KeptProcesses {
    private var kept: RealWorld?

    /// Keeps no processes yet.
    public init() {}

    deinit { end() }

    /// Ends all processes.
    public func end() {
        if var world = kept.take() { world.stop("all runs are finished", graceSeconds: 0.2) }
    }

    /// Takes the world of the run before for another run; nil where there is none that fits. One
    /// that does not fit is ended, and so its memory is free.
    func world(for prepared: PreparedRun, processes: Int) -> RealWorld? {
        guard var world = kept.take() else { return nil }
        if world.canServe(prepared), (try? world.begin(prepared, processes: processes)) != nil {
            return world
        }
        world.stop("the next run needs others", graceSeconds: 0)
        return nil
    }

    /// Keeps the world of a run that has finished.
    func keep(_ world: consuming RealWorld) { kept = consume world }
}
