public import LinearAlgebra

extension StepContext {
    /// The vectors of a step, which are reserved before the block is made.
    public struct Vectors: Sendable {
        let weights: Vector
        let gradient: Vector
        let previousGradient: Vector
        let previousAggregate: Vector
        let rates: Vector
        let buffers: [Vector]
        let own: [Vector]
        let groups: [Vector]
        let scope: RateScope
        let tensorNames: [String]

        /// Reserves the vectors of a step. Vectors that are not needed take no memory.
        ///
        /// - Parameters:
        ///   - groups: the groups of the parameters.
        ///   - needs: what the scheduler needs.
        ///   - optimizer: the optimizer with its number of buffers.
        public init(
            in layout: inout BlockLayout, _ groups: ParameterGroups, _ needs: SchedulerNeeds,
            _ optimizer: any Optimizer
        ) {
            func vector(if isNeeded: Bool) -> Vector {
                isNeeded ? layout.vector(groups.count) : Vector(start: 0, count: 0)
            }
            weights = vector(if: true)
            gradient = vector(if: true)
            // The direction of plain gradient descent is the gradient, so it is in no buffer.
            previousGradient = vector(
                if: needs.previousGradient || needs.previousDirection && optimizer.buffers == 0)
            previousAggregate = vector(if: needs.previousAggregate)
            rates = vector(if: needs.scope == .parameter)
            buffers = (0..<optimizer.buffers).map { _ in layout.vector(groups.count) }
            own = (0..<needs.vectors).map { _ in layout.vector(groups.count) }
            self.groups = groups.groups(of: needs.scope)
            scope = needs.scope
            tensorNames = groups.tensorNames
        }
    }
}
