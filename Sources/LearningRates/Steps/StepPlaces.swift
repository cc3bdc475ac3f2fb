public import LinearAlgebra

extension StepContext {
    /// Places of a step's vectors, planned before the block is made.
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

        /// Plans the vectors of a step; those that are not kept take no memory.
        ///
        /// - Parameters:
        ///   - groups: how the parameters are cut.
        ///   - needs: what the scheduler needs.
        ///   - optimizer: for its buffers.
        public init(
            in layout: inout BlockLayout, _ groups: ParameterGroups, _ needs: SchedulerNeeds,
            _ optimizer: any Optimizer
        ) {
            func vector(if isNeeded: Bool) -> Vector {
                isNeeded ? layout.vector(groups.count) : Vector(start: 0, count: 0)
            }
            weights = vector(if: true)
            gradient = vector(if: true)
            // The direction of plain gradient descent is the gradient: it is in no buffer.
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
