import LinearAlgebra

/// Where a residual block keeps the outputs of its inner layers and the derivatives in them. What
/// the inner layers retain is there too. A second such value has the tangents of all these.
///
/// For an evaluation, only what inner layers retain is kept. Outputs lie in three places of the
/// workspace, which all layers share. For training, the outputs are kept, and derivatives lie in
/// the workspace. Second derivatives need both kept.
struct ResidualMemory {
    private let block: Residual
    private let rows: Int
    private let use: Network.Use
    private let memory: Vector
    /// Two places that inner layers take in turn, and one for the end of the shortcut.
    private let even: Vector, odd: Vector, end: Vector
    /// The scratch of the inner layers.
    let workspace: Vector

    /// Makes the memory of values.
    init(_ block: Residual, _ places: LayerPlaces) {
        self.init(block, places, places.memory)
    }

    /// Makes the memory of their tangents.
    init(_ block: Residual, _ places: LayerPlaces, _ tangents: LayerTangents) {
        self.init(block, places, tangents.memory)
    }

    private init(_ block: Residual, _ places: LayerPlaces, _ memory: Vector) {
        (self.block, self.memory) = (block, memory)
        (rows, use) = (places.input.rows, places.use)
        let size = Self.size(block, rows), scratch = places.workspace
        even = scratch.part(0, count: size)
        odd = scratch.part(size, count: size)
        end = scratch.part(2 * size, count: size)
        workspace = scratch.part(3 * size, count: scratch.count - 3 * size)
    }

    /// Returns how many numbers must stay if only these passes follow `forward`.
    static func count(_ block: Residual, rows: Int, for use: Network.Use) -> Int {
        let images = start(block, block.layers.count, rows)
        return start(block, block.layers.count, rows, for: use)
            + (use == .evaluation ? 0 : use == .training ? images : 2 * images)
    }

    /// Returns how many numbers of scratch each pass needs.
    static func workspace(_ block: Residual, rows: Int) -> Int {
        var most = 0
        for layer in block.layers { most = max(most, layer.workspace(batch: rows)) }
        return 3 * size(block, rows) + most
    }

    /// Returns the output of an inner layer, (batch, outputs); that of n is the block's.
    func output(_ index: Int) -> Matrix {
        use == .evaluation ? passing(index) : kept(index, from: 0)
    }

    /// Returns the derivative in such an output.
    func gradient(_ index: Int) -> Matrix {
        use == .tangents
            ? kept(index, from: Self.start(block, block.layers.count, rows)) : passing(index)
    }

    /// Returns what an inner layer retains.
    func retained(_ index: Int) -> Vector {
        let images =
            Self.count(block, rows: rows, for: use)
            - Self.start(block, block.layers.count, rows, for: use)
        return memory.part(
            images + Self.start(block, index, rows, for: use),
            count: block.layers[index].retainedCount(batch: rows, for: use))
    }

    private func kept(_ index: Int, from first: Int) -> Matrix {
        let columns = block.layers[index].outputs
        return memory.part(first + Self.start(block, index, rows), count: rows * columns)
            .matrix(rows: rows, columns: columns)
    }

    private func passing(_ index: Int) -> Matrix {
        let isEnd = index == block.layers.count - 1
        // The first layer of each path is even.
        let turn = index > block.last ? index - block.last - 1 : index
        return (isEnd ? end : turn % 2 == 0 ? even : odd)
            .matrix(rows: rows, columns: block.layers[index].outputs)
    }

    // Sums in loops: these functions are called in each step, and lists would be allocated.

    /// Returns where the output of an inner layer begins. n has none here.
    private static func start(_ block: Residual, _ index: Int, _ rows: Int) -> Int {
        var sum = 0
        for other in 0..<index where other != block.last {
            sum += aligned(rows * block.layers[other].outputs)
        }
        return sum
    }

    /// Returns where the retained numbers of an inner layer begin.
    private static func start(
        _ block: Residual, _ index: Int, _ rows: Int, for use: Network.Use
    ) -> Int {
        var sum = 0
        for other in 0..<index {
            sum += aligned(block.layers[other].retainedCount(batch: rows, for: use))
        }
        return sum
    }

    /// Returns the size of the largest output of an inner layer.
    private static func size(_ block: Residual, _ rows: Int) -> Int {
        var most = 0
        for layer in block.layers { most = max(most, layer.outputs) }
        return aligned(rows * most)
    }

    private static func aligned(_ count: Int) -> Int { (count + 15) / 16 * 16 }
}
