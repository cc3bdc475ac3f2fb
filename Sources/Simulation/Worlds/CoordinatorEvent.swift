package import Federation

/// An event for the coordinator loop: a process joined or left, a report arrived, a signal arrived,
/// or the wait timed out.
package enum CoordinatorEvent {
    /// A client process is ready.
    case joined(ProcessID)
    /// A client process is gone.
    case left(ProcessID)
    /// An update arrived, with the vectors that the client carries over; nil where there are none.
    case reported(ClientReport, UpdateBody, carried: CarriedBody?, from: ProcessID)
    /// The sum of the updates of a process arrived.
    case summed(SumReport, UpdateBody, from: ProcessID)
    /// A client's training diverged.
    case failed(ClientFailure, from: ProcessID)
    /// A process could not do a task, or its answer is not usable.
    case broken(TaskFault, from: ProcessID)
    /// A process shows no sign of life. If it was started here and does nothing, it is already
    /// killed and leaves.
    case silent(ProcessID, Silence)
    /// A silent process shows signs of life again.
    case heard(ProcessID)
    /// A part of an evaluation is done.
    case evaluated(EvaluationReport, from: ProcessID)
    /// A signal with this number asks for the end of the run.
    case signal(Int32)
    /// No event arrived in time.
    case timeout
}
