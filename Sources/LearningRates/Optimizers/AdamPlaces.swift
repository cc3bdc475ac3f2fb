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

    init<S: Scalar>(_ step: borrowing Step<S>, _ vector: Slot, states first: Int) {
        self.vector = step.place(vector)
        (mean, square) = (step.place(.own(first)), step.place(.own(first + 1)))
        gradient = step.place(.gradient)
        (self.first, second) = (step.place(.buffer(0)), step.place(.buffer(1)))
    }
}
