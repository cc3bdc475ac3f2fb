import LinearAlgebra
import Testing

/// Numbers for property tests; the same ones for the same seed.
struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Numbers in −1..<1.
    mutating func list<S: Scalar>(_ count: Int, of type: S.Type = S.self) -> [S] {
        (0..<count).map { _ in S(Int64(next() >> 40) - (1 << 23)) / S(1 << 23) }
    }
}

/// The sizes at which vector loops go wrong: nothing, tails, whole blocks, one more.
let awkwardSizes = [0, 1, 7, 8, 9, 15, 16, 17, 33, 1000]

extension Scalar {
    /// The distance from 1 to the next number.
    static var epsilon: Double { Double(ulpOfOne) }
}

/// Lists of numbers with their places in a block. A vector of guards follows each, to show writes
/// beyond its end.
struct Lists<S: Scalar> {
    private let lists: [[S]]
    private let plan: BlockLayout
    private let guards: [Vector]
    let places: [Vector]

    init(_ lists: [[S]]) {
        self.lists = lists
        var plan = BlockLayout()
        var places: [Vector] = []
        var guards: [Vector] = []
        for list in lists {
            places.append(plan.vector(list.count))
            guards.append(plan.vector(16))
        }
        (self.plan, self.places, self.guards) = (plan, places, guards)
    }

    /// A block that holds the lists.
    func slots() -> VectorBlock<S> {
        var slots = VectorBlock<S>(plan)
        for (list, place) in zip(lists, places) { slots.copy(list.span, to: place) }
        for place in guards { slots.fill(place, with: 77) }
        return slots
    }

    /// Checks that nothing was written outside the places.
    func checkGuards(_ slots: borrowing VectorBlock<S>) {
        for place in guards {
            let values = slots.values(place)
            #expect(values.allSatisfy { $0 == 77 })
        }
    }
}

/// Whether a list is close to another: differences up to `tolerance` of the largest.
func isClose<S: Scalar>(_ list: [S], _ expected: [S], within tolerance: Double) -> Bool {
    guard list.count == expected.count else { return false }
    let largest = expected.map { abs(Double($0)) }.max() ?? 0
    return zip(list, expected).allSatisfy {
        abs(Double($0) - Double($1)) <= tolerance * max(largest, 1)
    }
}
