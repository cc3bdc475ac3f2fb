import RandomStreams

/// Sample indices, sorted by class: the indices of class c are in `order[range(of: c)]`.
///
/// They are sorted by counting, in one array. A list of lists was measured several times slower
/// for a million samples.
struct ClassBlocks {
    /// The indices of class 0, then those of class 1, and so on.
    var order: [Int32]
    private let starts: [Int]

    /// Sorts all indices 0, 1, 2, … by class; those of one class keep their order.
    ///
    /// - Parameter labels: shape (samples), each in 0..<classes.
    init(labels: [Int32], classes: Int) {
        self.init(labels: labels, classes: classes, order: nil)
    }

    /// Sorts some indices by class; those of one class keep their order.
    init(_ indices: [Int32], labels: [Int32], classes: Int) {
        self.init(labels: labels, classes: classes, order: indices)
    }

    private init(labels: [Int32], classes: Int, order: [Int32]?) {
        let count = order?.count ?? labels.count
        var starts = [Int](repeating: 0, count: classes + 1)
        for position in 0..<count {
            let index = order.map { Int($0[position]) } ?? position
            starts[Int(labels[index]) + 1] += 1
        }
        for index in 0..<classes { starts[index + 1] += starts[index] }
        var next = starts
        var sorted = [Int32](repeating: 0, count: count)
        for position in 0..<count {
            let index = order.map { Int($0[position]) } ?? position
            let label = Int(labels[index])
            sorted[next[label]] = Int32(index)
            next[label] += 1
        }
        (self.order, self.starts) = (sorted, starts)
    }

    /// The number of classes, with those that have no samples.
    var classes: Int { starts.count - 1 }

    /// The classes with samples, in order.
    var present: [Int] { (0..<classes).filter { count(of: $0) > 0 } }

    /// Returns where the indices of a class are in `order`.
    func range(of index: Int) -> Range<Int> { starts[index]..<starts[index + 1] }

    /// Returns the number of samples of a class.
    func count(of index: Int) -> Int { starts[index + 1] - starts[index] }

    /// Puts the indices of a class into a random order.
    mutating func shuffle(_ index: Int, key: RandomKey) {
        var stream = key.stream()
        stream.shuffle(&order, in: range(of: index))
    }
}
