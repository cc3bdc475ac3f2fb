import CKernels

extension VectorBlock {
    /// Returns the sum over the rows of −log softmax(logits)[label], and how many rows have their
    /// label as the largest logit. With `gradient`, it also writes the derivative of the *mean*
    /// loss.
    ///
    /// - Parameters:
    ///   - logits: (rows, classes), with rows = (positions, samples): position after position.
    ///   - labels: (samples, positions), whole numbers in 0..<classes.
    ///   - positions: predictions per sample.
    ///   - gradient: (rows, classes), or nil.
    public mutating func crossEntropy(
        _ logits: Matrix, _ labels: Vector, positions: Int = 1, gradient: Matrix?
    ) -> (loss: Double, correct: Int) {
        precondition(
            labels.count == logits.rows && positions >= 1 && logits.rows % positions == 0,
            "\(labels.count) labels for \(logits.rows) rows of \(positions) positions")
        precondition(
            gradient.map { $0.vector.count == logits.vector.count } ?? true,
            "gradient of another size than the logits")
        if let row = firstOutside(labels, below: logits.columns) {
            preconditionFailure("label \(self[labels, row]) of \(logits.columns) classes")
        }
        var correct = 0
        let loss = hyperfed_cross_entropy(
            S.isDouble, at(logits.vector), at(labels), gradient.map { at($0.vector) },
            logits.rows, logits.columns, positions, &correct)
        return (loss, correct)
    }

    /// Adds, for each class, how many of its rows have their label as the largest logit (the first
    /// of equal ones).
    ///
    /// - Parameters:
    ///   - logits: (rows, classes), with rows = (positions, samples): position after position.
    ///   - labels: (samples, positions), whole numbers in 0..<classes.
    ///   - positions: predictions per sample.
    ///   - hits: (classes).
    public func addClassHits(
        _ logits: Matrix, _ labels: Vector, positions: Int = 1, to hits: inout [UInt32]
    ) {
        precondition(
            labels.count == logits.rows && positions >= 1 && logits.rows % positions == 0
                && hits.count == logits.columns,
            "\(labels.count) labels for \(logits.rows) rows, \(hits.count) counts")
        if let row = firstOutside(labels, below: logits.columns) {
            preconditionFailure("label \(self[labels, row]) of \(logits.columns) classes")
        }
        hits.withUnsafeMutableBufferPointer {
            hyperfed_class_hits(
                S.isDouble, at(logits.vector), at(labels), logits.rows, logits.columns, positions,
                $0.baseAddress)
        }
    }

    /// out ← the tangent of the gradient of the mean cross-entropy, where the logits move along
    /// `tangent`:  p ∘ (ż − ⟨p, ż⟩) / rows with p = softmax(z), row by row. This is the Hessian of
    /// the mean loss in the logits, times the tangent.
    public mutating func crossEntropyTangent(
        _ logits: Matrix, along tangent: Matrix, into out: Matrix
    ) {
        precondition(
            tangent.vector.count == logits.vector.count && out.vector.count == logits.vector.count,
            "matrices of different sizes")
        hyperfed_cross_entropy_tangent(
            S.isDouble, at(logits.vector), at(tangent.vector), at(out.vector), logits.rows,
            logits.columns)
    }

    /// Returns the sum of (y − target)². With `gradient`, it also writes the derivative of the
    /// *mean*, 2 (y − target) / count.
    public mutating func squaredError(_ y: Vector, _ target: Vector, gradient: Vector?) -> Double {
        precondition(
            y.count == target.count && (gradient?.count ?? y.count) == y.count,
            "\(y.count) outputs, \(target.count) targets")
        return hyperfed_squared_error(
            S.isDouble, at(y), at(target), gradient.map { at($0) }, y.count)
    }

    /// Returns the index of the first number of x that is not in 0..<limit (a NaN is not), or nil.
    func firstOutside(_ x: Vector, below limit: Int) -> Int? {
        let index = hyperfed_first_outside(S.isDouble, at(x), Double(limit), x.count)
        return index < 0 ? nil : index
    }
}
