import Datasets
import RandomStreams
import Settings
import TestSupport
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
                "mnist_idx folder=", "cifar10 folder= batches=[]", "cifar100 folder= labels=fine",
                "emnist folder= split=balanced orientation=upright",
                "images folder= size=[32, 32] channels=3 test_fraction=0.2 test_samples=", "digits",
                "shakespeare file= windows=own sequence_length=80 stride= vocabulary=80 predict=all "
                    + "test_fraction=0.2 slices=",
                "text train= test= test_fraction=0.2 unit=words length=35 stride= vocabulary= "
                    + "lowercase=false end_of_line=true predict=all clients=files parts=100",
                "csv file= test_file= order= test_fraction=0.2 test_samples= separator=auto "
                    + "header=auto label= target= client= owners=none one_hot= ignore= "
                    + "index_column=leave_out missing=refuse standardize=true standardize_target=true",
                "svmlight file= test_file= test_fraction=0.2 test_samples= first_column=auto features= "
                    + "predict=classes owners=none standardize=false standardize_target=true",
                "leaf folder= shape=[] vocabulary=80",
                "npz file= test_file= test_fraction=0.2 test_samples= x= y= x_test= y_test= client= "
                    + "shape=[] channels=last bytes=pixels predict=classes standardize=false "
                    + "standardize_target=true",
                "gaussian_clusters classes=10 features=20 samples=6000 test_samples=1000 "
                    + "separation=0.65 noise=1.0",
                "synthetic alpha=1.0 beta=1.0 owners=30 iid=false test_fraction=0.1",
                "fcube samples=4000 test_samples=1000",
            ])
        #expect(
            table(skews) == [
                "iid procedure=dealt",
                "dirichlet procedure=per_class alpha=0.5 min_samples=10 balanced=false",
                "shards per_client=2 left_over=drop",
                "classes_per_client classes=2 mode=one_fixed min_samples=1 procedure=dealt",
                "percentage percent=50.0",
                "quantity law=dirichlet alpha=0.5 procedure=dealt min_samples=10",
                "lognormal classes=2 sigma=2.0 first_samples=5",
                "continuous feature=mean strength=0.5",
                "feature_bins feature=mean bins=20 alpha=0.5 min_samples=10",
                "two_owners alpha=0.5 min_samples=10",
                "natural group=1 min_samples=1 choose=largest",
                "explicit table= table_file= file= overlap=false",
            ])
    }

    @Test func `shifts list their keys, and no two have one stream`() {
        #expect(
            table(shifts) == [
                "quantity law=dirichlet alpha=0.5 min_samples=10",
                "noise sigma=0.1 mode=levels", "rotation groups=4", "permutation groups=2",
                "brightness contrast=[0.5, 1.5] brightness=[-0.2, 0.2]",
                "label_noise flip=symmetric rate=0.2 clients=1.0",
                "concept groups= swaps= maps= shifts=[0, 1]",
            ])
        let made = shifts.compactMap { Self.make(shifts, $0.kind) }
        #expect(made.map { type(of: $0).algorithm.name } == shifts.map(\.kind))
        #expect(Set(made.map { type(of: $0).stream }).count == shifts.count)
        let stages = made.map { type(of: $0).stage }
        #expect(stages == stages.sorted())
    }

    @Test(.slow) func `the defaults of every skew share out default data`() throws {
        // The table or the file of an explicit partition has no default.
        for entry in try nonEmpty(skews) where entry.kind != "explicit" {
            let (kind, clients) =
                switch entry.kind {
                // The natural partition needs owners.
                case "natural": ("synthetic", 30)
                // Ten classes have at most twenty owners. The sizes of many clients differ too much.
                case "two_owners", "quantity": ("gaussian_clusters", 10)
                default: ("gaussian_clusters", 100)
                }
            let source = try #require(Self.make(dataSources, kind))
            let data = try Dataset(source.decode(seed: 1))
            let skew = try #require(Self.make(skews, entry.kind))
            let partition = try skew.partition(
                data.trainingSamples, among: clients, key: RandomKey(seed: 1, .partition))
            #expect(partition.count == clients && (sizes(partition).min() ?? 0) >= 10)
        }
    }

    private static func make<C>(_ registry: [Registered<C>], _ kind: String) -> C? {
        var made: C?
        _ = describe { settings in made = registry.first { $0.kind == kind }?.make(settings) }
        return made
    }
}
