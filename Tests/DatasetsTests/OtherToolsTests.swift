import Datasets
import RandomStreams
import Settings
import TestSupport
import Testing

/// Whether a skew deals out samples as the tool does whose procedure it has.
///
/// The numbers of the others are in Tests/Oracles/partition-statistics.json; the script
/// Scripts/yardsticks/partition_statistics.py computes them.
@Suite struct OtherToolsTests {
    /// The first three moments about which two samples are compared.
    struct Moments {
        let mean: Double
        let variance: Double
        let fourth: Double
        let draws: Double

        /// - Parameter seen: mean, variance and fourth central moment.
        init(_ seen: [Double], draws: Double) throws {
            try #require(seen.count == 3)
            (mean, variance, fourth) = (seen[0], seen[1], seen[2])
            self.draws = draws
        }

        init(of values: [Double]) {
            draws = Double(values.count)
            let mean = values.reduce(0, +) / draws
            let squares = values.map { ($0 - mean) * ($0 - mean) }
            (self.mean, variance) = (mean, squares.reduce(0, +) / draws)
            fourth = squares.reduce(0) { $0 + $1 * $1 } / draws
        }

        /// The squared standard error of the mean.
        var meanError: Double { variance / draws }
        /// The squared standard error of the variance, about.
        var varianceError: Double { max(0, fourth - variance * variance) / draws }
    }

    /// One procedure of another tool and the skew that is to equal it.
    struct Case: CustomTestStringConvertible, Sendable {
        let procedure: String
        let skew: String
        let clients: Int
        let seen: [String: [Double]]
        var testDescription: String { procedure }
    }

    private struct Table {
        let draws: Int
        let classSizes: [Int]
        let cases: [Case]

        init(path: String) throws {
            let oracle = try Oracle(path: path)
            draws = Int(oracle["draws"].number)
            classSizes = oracle["class_sizes"].numbers.map { Int($0) }
            cases = oracle["cases"].list.map { one in
                let seen = one["seen"]
                return Case(
                    procedure: one["procedure"].text, skew: one["skew"].text,
                    clients: Int(one["clients"].number),
                    seen: Dictionary(
                        uniqueKeysWithValues: seen.keys.map { ($0, seen[$0].numbers) }))
            }
        }
    }

    private static let path = "\(SourceTree.root)/Tests/Oracles/partition-statistics.json"
    private static let table = try? Table(path: path)
    static let cases: [Case] = table?.cases ?? []

    // What could go wrong: a rounded cut, a balancing rule or a redraw that differs. Means are held
    // within 3 standard errors and variances within 4, of both sides.
    @Test(.slow, arguments: cases)
    func `equal procedures deal out alike`(_ one: Case) throws {
        let table = try #require(Self.table)
        let labels = table.classSizes.enumerated().flatMap { label, size in
            [Int32](repeating: Int32(label), count: size)
        }
        let samples = TrainingSamples(labels: labels, classes: table.classSizes.count)
        let skew = try Self.skew(one.skew)
        var values: [String: [Double]] = [:]
        for seed in 0..<UInt64(table.draws) {
            let partition = try skew.partition(
                samples, among: one.clients, key: RandomKey(seed: seed, .partition))
            let counts = classCounts(partition, labels: labels, classes: samples.classes)
            for (name, value) in Self.statistics(counts) { values[name, default: []].append(value) }
        }
        #expect(Set(values.keys) == Set(one.seen.keys))
        for (name, ours) in values.sorted(by: { $0.key < $1.key }) {
            let ours = Moments(of: ours)
            let theirs = try Moments(one.seen[name] ?? [], draws: Double(table.draws))
            let meanError = (ours.meanError + theirs.meanError).squareRoot()
            #expect(
                abs(ours.mean - theirs.mean) <= 3 * meanError + 1e-9,
                "\(name): mean \(ours.mean), theirs \(theirs.mean), standard error \(meanError)")
            let error = (ours.varianceError + theirs.varianceError).squareRoot()
            #expect(
                abs(ours.variance - theirs.variance) <= 4 * error + 1e-9,
                "\(name): variance \(ours.variance), theirs \(theirs.variance), error \(error)")
        }
    }

    /// Statistics of one partition that do not depend on the order of the clients.
    ///
    /// - Parameter counts: the samples of each class that each client has, (clients, classes).
    private static func statistics(_ counts: [[Int]]) -> [String: Double] {
        let clients = Double(counts.count)
        let sizes = counts.map { $0.reduce(0, +) }.sorted()
        let dealt = Double(sizes.reduce(0, +))
        func squares(ofClass label: Int) -> Double {
            let column = counts.map { Double($0[label]) }
            let sum = max(1, column.reduce(0, +))
            return column.reduce(0) { $0 + ($1 / sum) * ($1 / sum) }
        }
        let middle = Double(sizes[(sizes.count - 1) / 2] + sizes[sizes.count / 2]) / 2
        let commonest = counts.map { own in
            Double(own.max() ?? 0) / Double(own.reduce(0, +))
        }
        return [
            "dealt": dealt,
            "smallest": Double(sizes.first ?? 0),
            "median": middle,
            "largest": Double(sizes.last ?? 0),
            "size_squares": sizes.reduce(0) { $0 + (Double($1) / dealt) * (Double($1) / dealt) },
            "classes_per_client": Double(counts.joined().count { $0 > 0 }) / clients,
            "commonest_class": commonest.reduce(0, +) / clients,
            "first_class_squares": squares(ofClass: 0),
            "last_class_squares": squares(ofClass: (counts.first?.count ?? 1) - 1),
        ]
    }

    private static func skew(_ words: String) throws -> any Skew {
        let tree = try SettingsTree(yaml: "skew: { \(words) }", file: "oracle.yaml")
        return try tree.load { settings in
            settings.component("skew", from: skews, default: "iid", "")
        }.value
    }

    private static let hasFlower =
        Python.output(of: [
            "-c", "from importlib.metadata import version; print(version('flwr-datasets'))",
        ]) == "0.6.1\n"

    // What could go wrong: the table is stale, or somebody edited it.
    @Test(.slow, .enabled(if: hasFlower, "needs python3 with flwr-datasets 0.6.1"))
    func `fresh draws of the others agree with the table`() throws {
        let table = try #require(Self.table)
        let printed = try #require(
            Python.output(of: ["Scripts/yardsticks/partition_statistics.py", "20"]))
        let folder = try TemporaryFolder()
        let fresh = try Table(path: folder.write("fresh.json", Array(printed.utf8)))
        #expect(fresh.draws == 20 && fresh.classSizes == table.classSizes)
        #expect(fresh.cases.map(\.procedure) == table.cases.map(\.procedure))
        #expect(fresh.cases.map(\.skew) == table.cases.map(\.skew))
        for (new, old) in zip(fresh.cases, table.cases) {
            #expect(Set(new.seen.keys) == Set(old.seen.keys))
            for (name, seen) in old.seen {
                let all = try Moments(seen, draws: Double(table.draws))
                let few = try Moments(new.seen[name] ?? [], draws: Double(fresh.draws))
                let error = (all.variance / few.draws).squareRoot()
                #expect(
                    abs(all.mean - few.mean) <= 4 * error + 1e-9,
                    "\(old.procedure), \(name): \(few.mean), in the table \(all.mean)")
            }
        }
    }
}
