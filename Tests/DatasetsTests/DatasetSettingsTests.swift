import Datasets
import Settings
import Testing

/// Which settings of a data set are refused, and what the resolved text keeps of them.
@Suite struct DatasetSettingsTests {
    private func load(_ dataset: String) throws -> String {
        try SettingsTree(yaml: "dataset: { \(dataset) }", file: "demo.yaml").load { settings in
            _ = settings.component("dataset", from: dataSources, default: "digits", "")
        }.resolved
    }

    private func mistakes(_ dataset: String) -> String {
        do {
            _ = try load(dataset)
            return ""
        } catch {
            return "\(error)".replacing("demo.yaml:1:", with: "")
        }
    }

    @Test(arguments: [
        (
            "kind: csv, file: t, target: []",
            "40: error: dataset.target: expected one text or more, found an empty list"
        ),
        (
            "kind: csv, file: t, test_samples: 3, test_fraction: 0.2",
            "64: error: dataset.test_fraction: expected test_fraction or test_samples, found both; remove one"
        ),
        (
            "kind: csv, file: t, test_file: u, order: o",
            "53: error: dataset.order: expected no value beside test_file, whose rows are all test rows, found "
                + "one; remove order or test_file"
        ),
        (
            "kind: csv, file: t, test_file: u, test_samples: 3",
            "60: error: dataset.test_samples: expected no value beside test_file, whose rows are all test rows, found "
                + "one; remove test_samples or test_file"
        ),
        (
            "kind: csv, file: t, test_file: u, test_fraction: 0.1",
            "61: error: dataset.test_fraction: expected no value beside test_file, whose rows are all test rows, found "
                + "one; remove test_fraction or test_file"
        ),
        (
            "kind: shakespeare, file: t, stride: 9223372036854775807",
            "48: error: dataset.stride: expected a whole number between 1 and 1000000000, found"
                + " 9223372036854775807"
        ),
        (
            "kind: text, train: t, test: u, test_fraction: 0.1",
            "58: error: dataset.test_fraction: expected no value beside test, whose texts are all for tests, found "
                + "one; remove test_fraction or test"
        ),
        (
            "kind: text, train: [a, b]",
            "31: error: dataset.train: expected a path, found a list; name several files by a pattern"
                + " such as texts/*.txt"
        ),
        (
            "kind: synthetic, alpha: 1e300, beta: 1e7",
            "36: error: dataset.alpha: expected a number between 0 and 1000000, found 1e300\n"
                + "49: error: dataset.beta: expected a number between 0 and 1000000, found 1e7"
        ),
        (
            "kind: synthetic, owners: 1000000",
            "37: error: dataset.owners: expected a whole number between 1 and 100000, found 1000000"
        ),
        (
            "kind: gaussian_clusters, separation: 1e300, noise: 1e300",
            "49: error: dataset.separation: expected a number between 0 and 1000000, found 1e300\n"
                + "63: error: dataset.noise: expected a number between 0 and 1000000, found 1e300"
        ),
    ])
    func `settings that make no data set`(dataset: String, message: String) {
        #expect(mistakes(dataset) == message)
    }

    // A client process loads the resolved text, with the defaults filled in.
    @Test(arguments: [
        "kind: csv, file: /t", "kind: csv, file: /t, test_samples: 3",
        "kind: csv, file: /t, test_samples: null, test_fraction: 0.1",
        "kind: csv, file: /t, test_file: /u", "kind: csv, file: /t, test_file: /u, test_samples: ~",
        "kind: csv, file: /t, order: /o, test_fraction: 0.1",
        "kind: csv, file: /t, order: /o, test_samples: 4", "kind: csv, file: /t, target: null",
    ])
    func `the resolved text of a table is as good as what it came from`(dataset: String) throws {
        let resolved = try load(dataset)
        let again = try SettingsTree(yaml: resolved, file: "demo.yaml").load { settings in
            _ = settings.component("dataset", from: dataSources, default: "digits", "")
        }
        #expect(again.resolved == resolved)
    }

    @Test func `a separator that the file doesn't have`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("t", Array("1,2,0\n3,4,1\n".utf8))
        let yaml = "dataset: { kind: csv, file: \(path), separator: semicolon }"
        let source = try SettingsTree(yaml: yaml, file: "demo.yaml").load { settings in
            settings.component("dataset", from: dataSources, default: "digits", "")
        }.value
        #expect(
            throws: DataError.damaged(
                path: path,
                reason:
                    "expected a column of features, found none (the first line has 1 cell, separated "
                    + "by semicolons); set data.dataset.separator or name fewer columns")
        ) { try source.decode(seed: 0) }
    }
}
