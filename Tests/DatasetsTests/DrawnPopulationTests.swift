import Datasets
import RandomStreams
import Settings
import TestSupport
import Testing

/// Clients that draw with replacement are computed one by one.
@Suite struct `Clients that draw with replacement` {
    private static let million = 1_000_000

    /// 600 samples of ten classes, of which class 3 has none.
    private static let samples = TrainingSamples(
        labels: (0..<600).map { label(of: $0) }, classes: 10)

    private static func label(of sample: Int) -> Int32 {
        let place = Int32(sample % 9)
        return place < 3 ? place : place + 1
    }

    static let kinds = [
        "{ kind: iid, procedure: with_replacement, samples_per_client: 60 }",
        "{ kind: dirichlet, procedure: with_replacement, samples_per_client: 60 }",
        "{ kind: classes_per_client, procedure: with_replacement, samples_per_client: 61 }",
        "{ kind: classes_per_client, mode: random, classes: 3, procedure: with_replacement }",
        "{ kind: quantity, law: lognormal, procedure: with_replacement, samples_per_client: 60 }",
        "{ kind: quantity, law: dirichlet, procedure: with_replacement, samples_per_client: 60 }",
        "{ kind: quantity, law: linear, procedure: with_replacement, samples_per_client: 60 }",
        "{ kind: quantity, law: square, procedure: with_replacement, samples_per_client: 60 }",
    ]

    private static func skew(_ text: String) throws -> any Skew {
        try SettingsTree(yaml: "skew: \(text)", file: "demo.yaml").load { settings in
            settings.component("skew", from: skews, default: "iid", "")
        }.value
    }

    private static func clients(_ text: String, _ count: Int) throws -> DrawnPopulation {
        let drawn = try skew(text).drawnPopulation(
            samples, among: count, key: RandomKey(seed: 5, .partition))
        return try #require(drawn)
    }

    @Test(arguments: kinds, [1, 2, 40, 257, 700])
    func `say the same of themselves as their samples do`(kind: String, count: Int) throws {
        let population = try Self.clients(kind, count)
        #expect(population.isSurveyed)
        Populations().expectConsistent(population)
        for (validation, test) in [(0.2, 0.3), (0.4, 0)] {
            let holdout = Holdout(population, validation: validation, test: test, seed: 3)
            for part in [holdout.training, holdout.validation, holdout.test] {
                Populations().expectConsistent(part)
            }
        }
        for sample in parts(population).joined() {
            #expect(sample >= 0 && sample < Self.samples.count)
        }
    }

    @Test(arguments: kinds)
    func `are the same when all of them are stored`(kind: String) throws {
        let stored = try Self.skew(kind).partition(
            Self.samples, among: 50, key: RandomKey(seed: 5, .partition))
        #expect(parts(stored) == parts(try Self.clients(kind, 50)))
        #expect(stored.repeatsSamples)
    }

    @Test(arguments: kinds.filter { !$0.contains("linear") && !$0.contains("square") })
    func `have samples that do not depend on the number of clients`(kind: String) throws {
        let (few, many) = (try Self.clients(kind, 20), try Self.clients(kind, Self.million))
        for client in 0..<20 {
            #expect(few.samples(of: client) == many.samples(of: client))
            #expect(few.size(of: client) == many.size(of: client))
        }
        #expect(many.samples(of: 3) != many.samples(of: 4))
    }

    @Test(arguments: kinds)
    func `can be a million, of which the first are surveyed`(kind: String) throws {
        let population = try Self.clients(kind, Self.million)
        #expect(population.surveyed == 0..<10_000 && !population.isSurveyed)
        let holdout = Holdout(population, validation: 0.4, test: 0.4, seed: 3)
        for client in [0, 9_999, 10_000, 999_999] {
            let all = population.samples(of: client)
            #expect(all.count == population.size(of: client))
            #expect(all.count <= population.largestSize && !all.isEmpty)
            let split = [holdout.training, holdout.validation, holdout.test]
            for part in split {
                #expect(part.samples(of: client).count == part.size(of: client))
                #expect(part.size(of: client) <= part.largestSize)
            }
            #expect(split.flatMap { $0.samples(of: client) }.sorted() == all.sorted())
        }
        let measured = population.surveyedPart
        #expect(measured.count == 10_000)
        #expect(measured.samples(of: 77) == population.samples(of: 77))
        #expect(measured.totalSize == sizes(measured).reduce(0, +))
    }

    @Test(arguments: ["lognormal", "dirichlet", "linear", "square"])
    func `have about the asked size on average, and sizes follow the law`(law: String) throws {
        let population = try Self.clients(
            "{ kind: quantity, law: \(law), procedure: with_replacement, min_samples: 1,"
                + " samples_per_client: 40 }", 10_000)
        let mean = Double(population.totalSize) / 10_000
        // The size is at least 1 and at most 600, which moves the mean a little.
        #expect(abs(mean - 40) < 2.5, "\(mean)")
        let sizes = sizes(population)
        if law == "linear" { #expect(sizes[9_999] == 80 && sizes[4_999] == 40) }
        if law == "square" { #expect(sizes[9_999] == 120 && sizes[4_999] == 30) }
        #expect(Set(sizes).count > 50)
    }

    @Test func `draw each sample equally often`() throws {
        let population = try Self.clients(Self.kinds[0], 2_000)
        var counts = [Int](repeating: 0, count: Self.samples.count)
        for sample in parts(population).joined() { counts[Int(sample)] += 1 }
        // 120,000 draws of 600 samples: χ² with 599 degrees of freedom.
        var chi = 0.0
        for count in counts {
            let difference = Double(count) - 200
            chi += difference * difference / 200
        }
        #expect(chi > 599 - 5 * 34.6 && chi < 599 + 5 * 34.6, "\(chi)")
    }

    @Test func `have only their own classes, in equal amounts`() throws {
        let population = try Self.clients(Self.kinds[2], 90)
        let counts = classCounts(population, labels: Self.samples.labels ?? [], classes: 10)
        for (client, own) in counts.enumerated() {
            #expect(own.filter { $0 > 0 }.sorted() == [30, 31])
            // Class 3 has no samples, so the classes after it move up.
            let fixed = client % 9
            #expect(own[fixed < 3 ? fixed : fixed + 1] == 31)
        }
    }

    @Test(arguments: [
        (
            "{ kind: classes_per_client, procedure: with_replacement, samples_per_client: 5,"
                + " min_samples: 6 }",
            "data.skew.samples_per_client: expected at least 6 (min_samples), found 5; lower"
                + " min_samples"
        ),
        (
            "{ kind: quantity, law: linear, procedure: with_replacement, min_samples: 601 }",
            "data.skew: expected 601 samples for 1 clients with min_samples 601, found 600; use"
                + " min_samples of at most 600"
        ),
    ])
    func `that get too few samples are refused`(kind: String, message: String) throws {
        do {
            _ = try Self.clients(kind, 3)
            Issue.record("no error")
        } catch let error as PartitionError {
            #expect("\(error.path(skewAt: "data.skew")): \(error)" == message)
        }
    }

    @Test(arguments: ["power", "exponential", "sizes, sizes: [1, 2]"])
    func `cannot have a law that needs all clients`(law: String) throws {
        let error = #expect(throws: SettingsError.self) {
            try Self.skew("{ kind: quantity, law: \(law), procedure: with_replacement }")
        }
        #expect(
            "\(try #require(error))".contains(
                "skew.procedure: expected dealt with the law \(law.prefix { $0 != "," }), found"
                    + " with_replacement; set law: dirichlet, lognormal, linear or square"))
    }

    @Test func `keep the keys of earlier partitions where samples are dealt`() throws {
        for (kind, text) in [
            ("iid", "{ kind: iid, procedure: dealt }"),
            ("{ kind: quantity }", "{ kind: quantity, procedure: dealt }"),
        ] {
            let keys = try [kind, text, Self.kinds[kind == "iid" ? 0 : 5]].map {
                try DataCache.partitionKey(try Self.skew($0), dataKey: "d", clients: 3, seed: 1)
            }
            #expect(keys[0] == keys[1] && keys[0] != keys[2])
        }
    }
}
