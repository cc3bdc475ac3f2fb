import Datasets
import RandomStreams
import Settings
import Testing

@Suite struct RegistryTests {
    /// A registry's kinds with the keys and defaults of each.
    private func table<C>(_ registry: [Registered<C>]) -> [String] {
        registry.map { entry in
            let keys = entry.keys.map { "\($0.key)=\($0.defaultText)" }
            return ([entry.kind] + keys).joined(separator: " ")
        }
    }

    @Test func `data sources and skews list their keys`() {
        #expect(
            table(dataSources) == [
                "fashion_mnist folder=/usr/share/datasets/fashion-mnist",
                "gaussian_clusters classes=10 features=20 samples=6000 test_samples=1000 "
                    + "separation=0.65 noise=1.0",
            ])
        #expect(
            table(skews) == [
                "iid", "dirichlet alpha=0.5 min_samples=10",
                "shards per_client=2 keep_incomplete=false",
            ])
    }

    @Test func `the defaults of every skew share out the default clusters`() throws {
        let source = try #require(Self.make(dataSources, "gaussian_clusters"))
        let data = try Dataset(source.decode(seed: 1))
        for entry in skews {
            let skew = try #require(Self.make(skews, entry.kind))
            let partition = try skew.partition(
                data.labels(of: .train), classes: data.classes, among: 100,
                key: RandomKey(seed: 1, .partition))
            #expect(partition.clients == 100 && (partition.sizes.min() ?? 0) >= 10)
        }
    }

    private static func make<C>(_ registry: [Registered<C>], _ kind: String) -> C? {
        var made: C?
        _ = describe { settings in made = registry.first { $0.kind == kind }?.make(settings) }
        return made
    }
}
