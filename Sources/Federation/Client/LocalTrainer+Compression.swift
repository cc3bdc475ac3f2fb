import LinearAlgebra
import RandomStreams

/// The compression of the model that a client receives, and of the update that it sends.
extension LocalTrainer {
    /// Writes the model that arrives at a client: w̃ = C(w_t).
    ///
    /// - Throws: `TaskFailure.diverged` if it is not finite.
    mutating func receiveModel(
        _ weights: Span<Float>, _ task: ClientTask, into start: inout MutableSpan<Float>
    ) throws(TaskFailure) {
        start.set(to: weights)
        modelCompressor?.send(
            &start,
            key: RandomKey(
                seed: plan.seed, .modelCompression, client: task.client, round: task.round))
        guard start.span.squaredNorm.isFinite else {
            throw failure(
                task, "expected a finite model after server.compression, found values that are not")
        }
    }

    /// Replaces an update by the one that arrives at the server.
    ///
    ///     p = Δ + e,   Δ' = C(p),   e ← p − Δ'
    ///
    /// - Without error feedback, e is 0 and is not kept. Without compression, nothing changes.
    /// - Source: Seide et al. 2014, "1-bit stochastic gradient descent"; Karimireddy et al. 2019,
    ///   arXiv 1901.09847.
    ///
    /// - Parameters:
    ///   - report: receives ‖Δ'‖².
    ///   - error: e before the round; empty in the client's first round.
    ///   - next: receives e at its place among the carried vectors.
    /// - Throws: `TaskFailure.diverged` if Δ' or e is not finite.
    mutating func sendUpdate(
        _ update: inout MutableSpan<Float>, _ task: ClientTask, _ report: inout ClientReport,
        adding error: Span<Float>, keeping next: inout MutableSpan<Float>
    ) throws(TaskFailure) {
        guard plan.compression != nil else { return }
        let key = RandomKey(seed: plan.seed, .compression, client: task.client, round: task.round)
        var errorNorm = 0.0
        if plan.keepsError {
            let count = update.count
            if !error.isEmpty { update.add(error, times: 1) }
            next.withPart(from: plan.errorPosition * count, count: count) {
                $0.set(to: update.span)
            }
            updateCompressor?.send(&update, key: key)
            errorNorm = next.withPart(from: plan.errorPosition * count, count: count) { kept in
                kept.add(update.span, times: -1)
                return kept.span.squaredNorm
            }
        } else {
            updateCompressor?.send(&update, key: key)
        }
        report.squaredNorm = update.span.squaredNorm
        guard (report.squaredNorm + errorNorm).isFinite else {
            throw failure(
                task,
                "expected a finite update after client.compression, found values that are not")
        }
    }
}
