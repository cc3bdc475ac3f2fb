import Datasets
import Federation
import LinearAlgebra
import Scenarios
import Settings

/// Checks of the numbers that a client process claims in a report.
///
/// The scenario and its data define most of them. The others must fit each other and the update. So
/// a faulty client process can spoil no figure of a run without an update that does the same.
extension CoordinatorLoop {
    /// The largest relative difference between the norm that a client computed and the norm of the
    /// update that arrived. The sums may be in another order.
    static let normTolerance = 1e-3

    /// Returns why the numbers of a report are not usable, or nil if they are usable. A client that
    /// diverges sends no report.
    func problem(with report: ClientReport) -> String? {
        // The partition defines the sample count of each client. A report with another count does
        // not belong to this run.
        let own = prepared.phase(of: report.round).holdout.training.size(of: Int(report.client))
        guard Int(report.samples) == own else {
            return "expected a report about \(counted(own, "sample")), found \(report.samples)"
        }
        let training = prepared.scenario.training
        let steps = BatchOrder.stepCount(
            samples: own, batchSize: training.batchSize, length: training.length)
        guard Int(report.steps) == steps else {
            return "expected a report of \(counted(steps, "local step")), found \(report.steps)"
        }
        for (name, value) in [
            ("squared norm", report.squaredNorm), ("mean loss", report.meanLoss),
            ("first loss", report.startLoss), ("effective rate", report.effectiveRate),
            ("time", report.seconds),
        ] where !value.isFinite {
            return "expected a report with a finite \(name), found \(value)"
        }
        return problem(with: report.rates, steps: steps)
            ?? problem(with: report.traces, steps: steps)
    }

    private func problem(with rates: RateTrace, steps: Int) -> String? {
        let values = [rates.smallest, rates.largest, rates.first, rates.last, rates.mean]
        guard values.allSatisfy(\.isFinite) else {
            return "expected finite local rates, found \(values)"
        }
        // With a rate for each parameter, means are rounded.
        let slack = 1e-6 * max(abs(rates.smallest), abs(rates.largest))
        let range = rates.smallest - slack...max(rates.smallest, rates.largest) + slack
        guard rates.smallest <= rates.largest, values.allSatisfy({ range.contains($0) }) else {
            return "expected local rates from \(rates.smallest) to \(rates.largest), found"
                + " \(values[2...].map { $0 })"
        }
        // Each parameter can have its own rate, which changes at most once a step and at the end.
        let (most, overflows) = (steps + 1).multipliedReportingOverflow(
            by: state.parameterCount)
        let hits = Int(rates.lowerBoundHits) + Int(rates.upperBoundHits)
        for (name, count) in [("clipped rates", hits), ("undefined", Int(rates.undefined))]
        where !overflows && count > most {
            return "expected at most \(most) changes of rates in \(steps) steps, found \(count)"
                + " (\(name))"
        }
        return nil
    }

    private func problem(with traces: ClientTraces, steps: Int) -> String? {
        let most = prepared.trainingPlan.ratePoints
        guard traces.rates.count <= most, traces.rates.allSatisfy(\.isFinite) else {
            return "expected at most \(most) finite rates in a trace, found"
                + " \(traces.rates.count)"
        }
        let last = max(0, traces.rates.count - 1) * Int(traces.stride)
        guard traces.stride > 0, traces.rates.isEmpty || last < steps else {
            return "expected a trace within \(counted(steps, "step")), found a rate in each"
                + " \(counted(Int(traces.stride), "step")), \(traces.rates.count) in all"
        }
        guard traces.readings.count <= Self.mostReadings else {
            return "expected at most \(Self.mostReadings) other numbers of a scheduler, found"
                + " \(traces.readings.count)"
        }
        for reading in traces.readings where !Self.isName(reading.name) {
            return "expected the name of a number of a scheduler, found '\(shown(reading.name))'"
        }
        return nil
    }

    /// Returns whether a text can be a name in the tables of a run, which have no other cells.
    private static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x20...0x7e).contains($0) && $0 != 0x22 && $0 != 0x2c }
    }

    /// No scheduler has as many numbers beside its rates.
    private static var mostReadings: Int { 1000 }

    /// Returns why an update does not belong to its report: its norm is another one. An update with
    /// numbers that are not finite has no norm; the aggregate refuses it. Of an update in a sum,
    /// the norm is checked with the sum.
    static func problem(with report: ClientReport, _ body: UpdateBody) -> String? {
        guard !body.isInSum else { return nil }
        let found = body.withFloats { $0.squaredNorm }
        let claimed = report.squaredNorm
        guard found.isFinite, abs(found - claimed) > normTolerance * max(found, claimed) else {
            return nil
        }
        return "expected an update with the squared norm \(claimed) that its client reported, found"
            + " \(found)"
    }
}
