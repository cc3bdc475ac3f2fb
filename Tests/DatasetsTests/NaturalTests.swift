import Datasets
import RandomStreams
import Testing

@Suite struct NaturalTests {
    private let key = RandomKey(seed: 1, .partition)

    /// Owners 0 to 4 with 2, 3, 0, 3 and 1 samples.
    private let samples = TrainingSamples(
        count: 9, labels: nil, classes: 0, owners: [1, 3, 0, 1, 4, 3, 0, 3, 1],
        ownerKind: "roles", ownerNames: ["a", "b", "c", "d", "e"])

    private func message(_ skew: any Skew, _ samples: TrainingSamples, clients: Int) -> String {
        do {
            _ = try skew.partition(samples, among: clients, key: key)
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test func `each owner is a client, in the order of the data`() throws {
        let partition = try Natural().partition(samples, among: 4, key: key)
        #expect(partition == Partition([[2, 6], [0, 3, 8], [1, 5, 7], [4]], of: 9))
    }

    @Test(
        arguments: [
            (1, [[0, 3, 8]]), (2, [[0, 3, 8], [1, 5, 7]]), (3, [[2, 6], [0, 3, 8], [1, 5, 7]]),
        ] as [(Int, [[Int32]])])
    func `with fewer clients the largest owners take part, of equals the first`(
        clients: Int, parts: [[Int32]]
    ) throws {
        #expect(
            try Natural().partition(samples, among: clients, key: key) == Partition(parts, of: 9))
    }

    @Test func `what has no owners, or too few, is refused in words`() {
        #expect(
            message(Natural(), samples, clients: 5)
                == "expected at most 4 clients, as roles with training samples, found 5; use fewer "
                + "clients")
        #expect(message(Natural(), samples, clients: 0) == "expected at least 1 client, found 0")
        #expect(
            message(Natural(), TrainingSamples(labels: [0, 1], classes: 2), clients: 2)
                == "expected samples with owners for natural, found none; use iid, dirichlet or shards, or name the owners: "
                + "a column or an array in data.dataset.client of csv or npz, or "
                + "data.dataset.owners of svmlight")
    }

    // iid needs nothing but a count.
    @Test func `skews by class refuse numbers and sequences, iid takes them`() throws {
        let sequences = TrainingSamples(
            count: 30, labels: [Int32](repeating: 0, count: 90), labelsPerSample: 3, classes: 2)
        let numbers = TrainingSamples(count: 30, labels: nil, classes: 0)
        let skews: [(String, any Skew)] = [
            ("dirichlet", Dirichlet(alpha: 1, minSamples: 1)),
            ("shards", Shards(perClient: 1, spreadsLeftOver: false)),
        ]
        for (name, skew) in skews {
            #expect(
                message(skew, numbers, clients: 3)
                    == "expected samples with a class for \(name), found targets that are numbers; use "
                    + "iid, or natural if the data name owners")
            #expect(
                message(skew, sequences, clients: 3)
                    == "expected samples with one label for \(name), found 3 labels each; use iid, or "
                    + "natural if the data name owners")
        }
        for samples in [sequences, numbers] {
            #expect(
                try sizes(IID().partition(samples, among: 3, key: key)) == [10, 10, 10])
        }
    }
}
