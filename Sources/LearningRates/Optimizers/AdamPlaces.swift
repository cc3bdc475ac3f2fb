import LinearAlgebra

/// The vectors that a derivative of Adam's direction is worked out from, or of one of its kind.
struct AdamPlaces {
    /// The tangent or adjoint of the gradient, and then of the direction.
    let vector: Vector
    /// Those of m and v.
    let mean: Vector
    let square: Vector
    let gradient: Vector
    /// m and v.
    let first: Vector
    let second: Vector

    init<S: Scalar>(_ step: borrowing StepContext<S>, _ vector: VectorName, states first: Int) {
        self.vector = step.vector(vector)
        (mean, square) = (step.vector(.scheduler(first)), step.vector(.scheduler(first + 1)))
        gradient = step.vector(.gradient)
        (self.first, second) = (step.vector(.buffer(0)), step.vector(.buffer(1)))
    }
}
