import LinearAlgebra

/// The vectors from which a derivative of Adam's direction is computed.
struct AdamPlaces {
    /// The tangent or adjoint of the gradient, and afterwards of the direction.
    let vector: Vector
    /// The tangents or adjoints of m and v.
    let mean: Vector
    let square: Vector
    let gradient: Vector
    /// The moments m and v.
    let first: Vector
    let second: Vector

    init<S: Scalar>(_ step: borrowing StepContext<S>, _ vector: VectorName, states first: Int) {
        self.vector = step.vector(vector)
        (mean, square) = (step.vector(.scheduler(first)), step.vector(.scheduler(first + 1)))
        gradient = step.vector(.gradient)
        (self.first, second) = (step.vector(.buffer(0)), step.vector(.buffer(1)))
    }
}
