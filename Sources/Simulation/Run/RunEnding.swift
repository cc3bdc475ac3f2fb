import Reporting

/// Records how a run ended before its last round, and makes the error for it.
enum RunEnding {
    /// Records that a run failed or was interrupted. An interrupted run gets a checkpoint.
    static func end(
        _ stopped: RunStopped, _ loop: borrowing CoordinatorLoop, _ output: inout RunOutput
    ) -> RunError {
        let summary = loop.state.summary
        switch stopped {
        case .diverged(let reason): return fail(.divergence, reason, summary, &output)
        case .fault(let reason):
            save(loop, &output)
            return fail(.fault, reason, summary, &output)
        case .lost(let reason):
            save(loop, &output)
            return fail(.lostProcess, reason, summary, &output)
        case .void(let reason): return fail(nil, reason, summary, &output)
        case .interrupted(let signal, _):
            var problem = ""
            if !loop.isCommitting {
                do {
                    try output.save(loop.state)
                } catch {
                    problem = " (\(error))"
                }
            }
            output.fail(summary, state: .interrupted, reason: "\(stopped)\(problem)")
            return RunError(
                description: "\(stopped)\(problem)\(output.advice)", exitCode: 128 + signal)
        }
    }

    /// Saves the state of a run that failed and may work the next time. The failure is what counts,
    /// so an error here is left out.
    private static func save(_ loop: borrowing CoordinatorLoop, _ output: inout RunOutput) {
        if !loop.isCommitting { try? output.save(loop.state) }
    }

    /// Records that a file could not be written. The run can be resumed.
    static func stop(_ error: OutputError, _ summary: RunSummary, _ output: inout RunOutput)
        -> RunError
    {
        let reason = "\(error); make room or give permission"
        output.fail(summary, state: .stopped, reason: reason)
        return RunError(description: "\(reason)\(output.advice)", exitCode: 1)
    }

    private static func fail(
        _ failure: RunError.Failure?, _ reason: String, _ summary: RunSummary,
        _ output: inout RunOutput
    ) -> RunError {
        output.fail(summary, state: .failed, reason: reason, failure: failure)
        return RunError(description: reason, exitCode: 1, failure: failure)
    }
}
