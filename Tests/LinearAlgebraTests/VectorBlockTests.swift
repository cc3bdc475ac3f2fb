import LinearAlgebra
import Testing

@Suite struct `Blocks of numbers` {
    @Test func `places do not overlap and start on a cache line`() {
        var plan = BlockLayout()
        var numbers = Numbers(state: 1)
        let counts = [0, 1, 15, 16, 17, 0, 33] + (0..<50).map { _ in Int(numbers.next() % 100) }
        let places = counts.map { plan.vector($0) }
        for (place, next) in zip(places, places.dropFirst()) {
            #expect(place.start % 16 == 0)
            #expect(place.start + place.count <= next.start)
        }
        #expect(places.map(\.count) == counts)
        #expect(places.allSatisfy { $0.start + $0.count <= plan.count })

        // Each place filled with its own number: all are still there in the end.
        var slots = VectorBlock<Float>(plan)
        #expect(slots.count == plan.count)
        for (index, place) in places.enumerated() { slots.fill(place, with: Float(index)) }
        for (index, place) in places.enumerated() {
            #expect(slots.values(place).allSatisfy { $0 == Float(index) })
        }
    }

    @Test func `memory is aligned to 64 bytes`() {
        var plan = BlockLayout()
        _ = plan.vector(3)
        let place = plan.vector(5)
        let floats = VectorBlock<Float>(plan)
        let doubles = VectorBlock<Double>(plan)
        #expect(floats.withSpan(place) { address(of: $0) } % 64 == 0)
        #expect(doubles.withSpan(place) { address(of: $0) } % 64 == 0)
    }

    private func address<S>(of span: Span<S>) -> Int {
        span.withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) }
    }

    @Test func `a new block is zeros; also of nothing`() {
        var plan = BlockLayout()
        let place = plan.vector(1000)
        #expect(VectorBlock<Float>(plan).values(place) == [Float](repeating: 0, count: 1000))
        #expect(VectorBlock<Double>(BlockLayout()).values(Vector(start: 0, count: 0)) == [])
    }

    @Test func `parts, matrices and prefixes are places in the same memory`() {
        var plan = BlockLayout()
        _ = plan.vector(5)
        let vector = plan.vector(12)
        var slots = VectorBlock<Double>(plan)
        slots.copy([Double](stride(from: 0, to: 12, by: 1)).span, to: vector)
        #expect(slots.values(vector.part(3, count: 2)) == [3, 4])
        let matrix = vector.part(2, count: 10).matrix(rows: 3, columns: 3)
        #expect(matrix.vector == Vector(start: 18, count: 9))
        #expect(slots.values(matrix.prefix(rows: 2).vector) == [2, 3, 4, 5, 6, 7])
        #expect(matrix.prefix(rows: 0).vector.count == 0)
        slots[vector, 4] = -1
        #expect(slots[vector.part(4, count: 1), 0] == -1)
        slots.withMutableSpan(vector.part(0, count: 2)) { $0[1] = 9 }
        #expect(slots.withSpan(vector) { $0[1] } == 9)
    }

    @Test func `what lies outside its place stops the process`() async {
        await #expect(processExitsWith: .failure) {
            _ = Vector(start: 0, count: 4).part(3, count: 2)
        }
        await #expect(processExitsWith: .failure) {
            _ = Vector(start: 0, count: 4).matrix(rows: 2, columns: 3)
        }
        await #expect(processExitsWith: .failure) {
            var plan = BlockLayout()
            _ = plan.vector(4)
            _ = VectorBlock<Float>(plan).values(Vector(start: 8, count: 9))
        }
        await #expect(processExitsWith: .failure) {
            var plan = BlockLayout()
            let (x, y) = (plan.vector(4), plan.vector(5))
            _ = VectorBlock<Float>(plan).dot(x, y)
        }
        await #expect(processExitsWith: .failure) {
            var plan = BlockLayout()
            let logits = plan.matrix(rows: 1, columns: 3)
            let label = plan.vector(1)
            var slots = VectorBlock<Float>(plan)
            slots[label, 0] = 3
            _ = slots.crossEntropy(logits, label, gradient: nil)
        }
    }
}
