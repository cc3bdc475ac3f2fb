/// The first clients of a population, for measures that would read too many clients otherwise.
struct FirstClients: Population {
    private let population: any Population
    private let sums: SizeSums
    let count: Int

    /// - Complexity: one pass over the sizes of these clients.
    init(_ count: Int, of population: any Population) {
        (self.count, self.population) = (count, population)
        var sums = SizeSums()
        for client in 0..<count { sums.add(client, population.size(of: client)) }
        self.sums = sums
    }

    var totalSize: Int { sums.total }
    var largestSize: Int { sums.largest }

    func size(of client: Int) -> Int { population.size(of: client) }

    func appendSamples(of client: Int, to samples: inout [Int32]) {
        population.appendSamples(of: client, to: &samples)
    }

    func client(atPosition position: Int) -> Int {
        sums.client(atPosition: position) { size(of: $0) }
    }
}
