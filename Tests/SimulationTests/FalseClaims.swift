import Federation

extension ClientReport {
    /// The number of ways in which a report can be falsified.
    static let falseClaims = 12

    /// The report with one number that is not so.
    func falsified(kind: Int) -> ClientReport {
        var wrong = self
        switch kind {
        case 0: wrong.samples += 1
        case 1: wrong.steps += 1
        case 2: wrong.steps = 0
        case 3: wrong.squaredNorm = squaredNorm * 1.01 + 1
        case 4: wrong.squaredNorm = 0
        case 5: wrong.meanLoss = .nan
        case 6: wrong.rates.mean = rates.largest * 2 + 1
        case 7: wrong.rates.smallest = -.infinity
        case 8: wrong.rates.lowerBoundHits = .max
        case 9: wrong.rates.undefined = .max
        case 10: wrong.traces.rates = Array(repeating: 0.1, count: 100_000)
        default: wrong.effectiveRate = .infinity
        }
        return wrong
    }
}

extension EvaluationReport {
    /// The number of ways in which a part of an evaluation can be falsified.
    static let falseClaims = 4

    /// The part with one number that is not so.
    func falsified(kind: Int) -> EvaluationReport {
        var wrong = self
        switch kind {
        case 0: wrong.sums[0].samples += 1
        case 1: wrong.sums[0].hits = .max
        case 2: wrong.sums.removeLast()
        default: wrong.classHits = classHits.isEmpty ? [0] : classHits.map { $0 + 1 }
        }
        return wrong
    }
}
