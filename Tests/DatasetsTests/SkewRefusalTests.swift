import Datasets
import RandomStreams
import Settings
import TestSupport
import Testing

/// What a skew cannot draw is refused with what would be right.
@Suite struct `Refusals of skews` {
    /// 100 samples of each of 4 classes.
    private static let samples = TrainingSamples(
        labels: (0..<400).map { Int32($0 % 4) }, classes: 4)

    /// The key and the message of a refusal.
    private static func refusal(
        _ settings: String, clients: Int, _ samples: TrainingSamples = samples
    ) throws -> String {
        let skew = try `Laws of skews`.skew(settings)
        do {
            _ = try skew.partition(
                samples, among: clients, key: RandomKey(seed: 1, .partition))
            return "no error"
        } catch {
            return "\(error.path(skewAt: "data.skew")): \(error)"
        }
    }

    @Test(arguments: [
        (
            "{ kind: classes_per_client, classes: 5 }", 3,
            "data.skew.classes: expected at most 4 classes, as in the data, found 5; use fewer"
                + " classes per client"
        ),
        (
            "{ kind: lognormal, classes: 5 }", 3,
            "data.skew.classes: expected at most 4 classes, as in the data, found 5; use fewer"
                + " classes per client"
        ),
        (
            "{ kind: classes_per_client, classes: 1, min_samples: 30 }", 16,
            "data.skew.min_samples: expected 30 samples or more for each client, found 25 for client"
                + " 0; use more classes per client or fewer clients, or min_samples of at most 25"
        ),
        (
            "{ kind: lognormal, first_samples: 11 }", 20,
            "data.skew.first_samples: expected 110 samples of a class for its 10 owners, found 100;"
                + " use fewer clients or classes, or first_samples of at most 10"
        ),
        (
            "{ kind: two_owners }", 9,
            "clients.count: expected at most 8 clients, two for each of the 4 classes, found 9; use"
                + " fewer clients"
        ),
        (
            "{ kind: quantity, law: sizes, sizes: [100, 100] }", 3,
            "data.skew.sizes: expected 3 sizes, as clients.count, found 2; add or remove sizes, or"
                + " change clients.count"
        ),
        (
            "{ kind: quantity, law: sizes, sizes: [2147483647, 2147483647] }", 2,
            "data.skew.sizes: expected at most 400 in all, as training samples, found more; lower"
                + " the sizes"
        ),
        (
            "{ kind: quantity, law: exponential }", 40,
            "data.skew: expected 1 sample or more for each of 40 clients (min_samples) with the law"
                + " exponential, found 0 for the smallest client; use at most 6 clients"
        ),
        (
            "{ kind: quantity, law: power, exponent: 2 }", 10,
            "data.skew: expected 10 samples or more for each of 10 clients (min_samples) with the law"
                + " power, found 3 for the smallest client; use at most 5 clients, a smaller"
                + " exponent, or min_samples of at most 3"
        ),
        (
            "{ kind: quantity, min_samples: 50 }", 9,
            "data.skew: expected 450 samples for 9 clients with min_samples 50, found 400; use at"
                + " most 8 clients, or min_samples of at most 44"
        ),
        (
            "{ kind: dirichlet, procedure: with_replacement, samples_per_client: 5 }", 3,
            "data.skew.samples_per_client: expected at least 10 (min_samples), found 5; lower"
                + " min_samples"
        ),
        (
            "{ kind: dirichlet, procedure: with_replacement, samples_per_client: 1, alpha: 1e6, min_samples: 1 }",
            3,
            "data.skew.samples_per_client: expected 1 sample or more for client 0 (min_samples), found"
                + " at most 0 in 1,000 draws; raise samples_per_client, since each class is rounded"
        ),
        (
            "{ kind: dirichlet, procedure: per_client, min_samples: 50 }", 9,
            "data.skew: expected 450 samples for 9 clients with min_samples 50, found 400; use at"
                + " most 8 clients, or min_samples of at most 44"
        ),
        (
            "{ kind: continuous, feature: 0 }", 3,
            "data.skew.feature: expected samples of numbers, found sequences of symbols; use iid, or"
                + " natural if the data name owners"
        ),
        (
            "{ kind: explicit, table: [[1, 2], [3, 4]] }", 2,
            "data.skew.table: expected a row for each of 4 classes, found 2 rows; add or remove rows"
        ),
        (
            "{ kind: explicit, table: [[1, 2], [3, 4], [5, 6], [7]] }", 2,
            "data.skew.table: expected 2 columns in row 3, as clients.count, found 1; add or remove"
                + " columns"
        ),
        (
            "{ kind: explicit, table: [[1, 2], [3, 4], [5, 6], [99, 2]] }", 2,
            "data.skew.table: expected at most 100 samples of class 3 in row 3, found 101; lower the"
                + " numbers of the row"
        ),
        (
            "{ kind: explicit, table: [[1, 0], [3, 0], [5, 0], [7, 0]] }", 2,
            "data.skew.table: expected 1 sample or more for client 1, found none; fill column 1"
        ),
    ])
    func `say what would be right`(settings: String, clients: Int, message: String) throws {
        #expect(try Self.refusal(settings, clients: clients) == message)
    }

    @Test func `name the feature`() throws {
        var samples = Self.samples
        samples.features = SampleFeatures(width: 3, hasNumbers: false) { _ in
            [Float](repeating: 2, count: 400)
        }
        for kind in ["continuous", "feature_bins"] {
            #expect(
                try Self.refusal("{ kind: \(kind), feature: 3 }", clients: 2, samples)
                    == "data.skew.feature: expected the index of a feature from 0 to 2, found 3;"
                    + " choose one of the features")
            #expect(
                try Self.refusal("{ kind: \(kind), feature: target }", clients: 2, samples)
                    == "data.skew.feature: expected targets that are numbers, found classes; use"
                    + " mean, or the index of a feature")
            #expect(
                try Self.refusal("{ kind: \(kind) }", clients: 2, samples)
                    == "data.skew.feature: expected a number that differs between samples, found 2.0"
                    + " for all; choose another feature")
        }
    }

    @Test func `name the owners that are left`() throws {
        let samples = TrainingSamples(
            labels: [0, 0, 0, 0, 0], classes: 1, owners: [0, 0, 1, 1, 2],
            ownerNames: ["a", "b", "c"])
        #expect(
            try Self.refusal("{ kind: natural, group: 2 }", clients: 2, samples)
                == "clients.count: expected at most 1 client, from 3 owners with 1 sample or more, 2"
                + " for each client, found 2; use fewer clients, or a smaller group or min_samples")
        #expect(
            try Self.refusal("{ kind: natural, min_samples: 2 }", clients: 3, samples)
                == "clients.count: expected at most 2 clients, from 2 owners with 2 samples or more,"
                + " 1 for each client, found 3; use fewer clients, or a smaller group or"
                + " min_samples")
    }

    @Test func `name files, and the places in them`() throws {
        let folder = try TemporaryFolder()
        func file(_ key: String, _ text: String) throws -> String {
            try folder.write("f", Array(text.utf8))
            return try Self.refusal("{ kind: explicit, \(key): \(folder.path)/f }", clients: 2)
                .replacing(folder.path, with: "FOLDER")
        }
        #expect(try file("file", "[[1, 2], [3]]") == "no error")
        #expect(
            try file("file", "[[1, 2], [2]]")
                == "data.skew.file: FOLDER/f: client 1, position 0: expected each sample once, found"
                + " sample 2 again (first at client 0, position 1); remove one of them, or allow it"
                + " with overlap: true")
        #expect(
            try file("file", "[[1], [2], [3]]")
                == "data.skew.file: FOLDER/f: expected 2 clients, as clients.count, found 3; set"
                + " clients.count: 3")
        #expect(
            try file("overlap: true, file", "[[1, 2, 2], [2]]") == "no error")
        #expect(try file("table_file", "1,2\n3,4\n5,6\n7,8\n") == "no error")
        #expect(try file("table_file", "c0,c1\n1,2\n3,4\n5,6\n7,8\n") == "no error")
        #expect(
            try file("table_file", "1,2\n3,4.5\n5,6\n7,8\n")
                == "data.skew.table_file: FOLDER/f: line 2, column 1: expected a number of samples,"
                + " found '4.5'")
        #expect(
            try file("table_file", "1,2\n")
                == "data.skew.table_file: expected a row for each of 4 classes, found 1 row; add or"
                + " remove rows")
        let missing = try Self.refusal(
            "{ kind: explicit, file: \(folder.path)/none }", clients: 2)
        #expect(missing.contains("none") && missing.contains("errno 2"), "\(missing)")
    }

    @Test func `of classes come from every skew by classes`() throws {
        let numbers = TrainingSamples(count: 60, labels: nil, classes: 0)
        let byClass = [
            "dirichlet", "shards", "classes_per_client", "percentage", "lognormal", "two_owners",
            "explicit, table: [[1, 1]]",
        ]
        for kind in byClass {
            let name = kind.prefix { $0 != "," }
            #expect(
                try Self.refusal("{ kind: \(kind) }", clients: 2, numbers)
                    == "data.skew: expected samples with a class for \(name), found targets that are"
                    + " numbers; use iid, or natural if the data name owners")
        }
        #expect(try Self.refusal("{ kind: quantity }", clients: 2, numbers) == "no error")
    }

    private func mistakes(_ settings: String) -> String {
        do {
            _ = try `Laws of skews`.skew(settings)
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test func `of settings come before any data`() {
        #expect(
            mistakes("{ kind: explicit }").contains(
                "skew.file: expected one of table, table_file and file, found none; add one of them"
            ))
        #expect(
            mistakes("{ kind: explicit, file: f, table: [[1]] }").contains(
                "skew.table: expected one of table, table_file and file, found table and file; leave"
                    + " the others out"))
        #expect(
            mistakes("{ kind: explicit, overlap: true, table: [[1]] }").contains(
                "skew.overlap: expected false without file, found true; leave overlap out"))
        #expect(
            mistakes("{ kind: quantity, law: sizes }").contains(
                "skew.sizes: expected a list with the size of each client, found no value; add the"
                    + " key"))
        #expect(
            mistakes("{ kind: quantity, law: sizes, sizes: [1, 0] }").contains(
                "skew.sizes[1]: expected a whole number between 1 and 2147483647, found 0"))
    }
}
