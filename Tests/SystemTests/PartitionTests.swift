import Foundation
import Glibc
import TestSupport
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

extension `The program` {
    /// A person sees a partition before anything runs.
    @Suite struct `Partitions are drawn` {
        static let scenario = """
            name: small
            seed: 7
            data: { dataset: digits, skew: { kind: shards, per_client: 2 }, seed: 3 }
            clients: { count: 10, per_round: 3, processes: 1 }
            model: softmax_regression
            training: { rounds: 1 }
            """

        private static func folder(_ scenario: String = scenario) throws -> TemporaryFolder {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", scenario)
            return folder
        }

        private static func partition(
            _ folder: TemporaryFolder, _ words: [String] = [], locale: String = "C.UTF-8"
        ) throws -> HyperfedProgram.Ending {
            try HyperfedProgram.run(
                ["partition", "small.yaml"] + words, in: folder,
                environment: ["LC_ALL": locale, "COLUMNS": "80", "TERM": "xterm"])
        }

        private static func table(_ text: String) -> [[String]] {
            text.split(separator: "\n").map { $0.components(separatedBy: ",") }
        }

        private static func json(_ text: String) throws -> [String: Any] {
            let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
            return try #require(object as? [String: Any])
        }

        @Test func `in the terminal, with measures beside those of IID`() throws {
            let folder = try Self.folder()
            let ending = try Self.partition(folder)
            #expect(ending.exitCode == 0 && ending.errors == "")
            let lines = ending.output.split(separator: "\n").map(String.init)
            #expect(lines[0].hasPrefix("digits: shards, per_client 2"))
            #expect(lines.contains { $0.hasPrefix("samples ███") })
            #expect(lines.contains { $0.contains("7 ") && $0.contains("▓") })
            #expect(lines.contains { $0.contains("here    IID") })
            #expect(lines.contains { $0.hasPrefix("total variation") })
            #expect(lines.allSatisfy { $0.count <= 150 })
            #expect(!ending.output.contains("\u{1B}"), "a picture has no colours")
        }

        @Test func `without Unicode where the locale has none`() throws {
            let folder = try Self.folder()
            let plain = try Self.partition(folder, locale: "C")
            #expect(plain.exitCode == 0 && plain.output.utf8.allSatisfy { $0 < 0x80 })
            #expect(plain.output.contains("###"))
        }

        @Test func `and the files hold all of it`() throws {
            let folder = try Self.folder()
            let ending = try Self.partition(
                folder, ["--output", "o", "--set", "data.validation_fraction=0.25"])
            try #require(ending.exitCode == 0, "\(ending.errors)")
            #expect(
                folder.names(in: "o") == ["partition.csv", "partition.json", "partition.svg"])
            let rows = Self.table(folder.text("o/partition.csv"))
            #expect(
                rows[0]
                    == ["client", "size", "train", "validation", "test"]
                    + (0..<10).map { "class_\($0)" })
            #expect(rows.count == 11 && rows.dropFirst().map { $0[0] } == (0..<10).map(String.init))
            let document = try Self.json(folder.text("o/partition.json"))
            let clients = try #require(document["clients"] as? [[Int]])
            #expect(Set(clients.joined()).count == clients.joined().count)
            for (row, client) in zip(rows.dropFirst(), clients) {
                let numbers = row.compactMap { Int($0) }
                #expect(numbers.count == 15 && numbers[1] == client.count)
                #expect(numbers[2] + numbers[3] + numbers[4] == numbers[1])
                #expect(numbers[3] == numbers[1] / 4 && numbers[4] == 0)
                #expect(numbers[5...].reduce(0, +) == numbers[1])
                // Two shards can touch three or four classes, never more.
                #expect((1...4).contains(numbers[5...].count { $0 > 0 }))
            }
            let svg = folder.text("o/partition.svg")
            #expect(svg.hasPrefix("<svg ") && svg.contains("digits: shards, per_client 2"))
            _ = try XMLDocument(xmlString: svg, options: [])
        }

        @Test func `again into the same folder, but never over a file of another program`() throws {
            let folder = try Self.folder()
            #expect(try Self.partition(folder).exitCode == 0)
            let first = try folder.bytes("runs/small/partition/partition.svg")
            #expect(try Self.partition(folder).exitCode == 0)
            #expect(try folder.bytes("runs/small/partition/partition.svg") == first)
            try folder.write("runs/small/partition/partition.csv", "a,b\n1,2\n")
            let ending = try Self.partition(folder)
            #expect(ending.exitCode == 2)
            #expect(
                ending.errors
                    == "error: runs/small/partition/partition.csv: expected a file of 'hyperfed"
                    + " partition' to replace, found another one; choose another --output\n")
            #expect(folder.text("runs/small/partition/partition.csv") == "a,b\n1,2\n")
        }

        @Test func `as JSON for scripts`() throws {
            let folder = try Self.folder()
            let ending = try Self.partition(folder, ["--format", "json", "--output", "o"])
            #expect(ending.exitCode == 0 && ending.output.count { $0 == "\n" } == 1)
            let line = try Self.json(ending.output)
            let sizes = try #require(line["sizes"] as? [Int])
            #expect(sizes.count == 10 && sizes.max() == line["size_max"] as? Int)
            #expect(line["clients"] as? Int == 10 && line["dataset"] as? String == "digits")
            let measures = try #require(line["measures"] as? [String: Any])
            let iid = try #require(line["iid_measures"] as? [String: Any])
            for name in ["total_variation", "jensen_shannon", "hellinger"] {
                let own = try #require(measures[name] as? Double)
                let other = try #require(iid[name] as? Double)
                #expect(own > 2 * other && own <= 1, "\(name)")
            }
            #expect((line["files"] as? [String])?.first == "o/partition.svg")
        }

        @Test func `one client, and as many as there are samples`() throws {
            let folder = try Self.folder(
                Self.scenario.replacing("shards, per_client: 2", with: "iid"))
            let one = try Self.partition(
                folder, ["--clients", "1", "--set", "clients.per_round=1", "--output", "one"])
            #expect(one.exitCode == 0 && one.output.contains("1 client, samples per client"))
            let data = "data.dataset={ kind: gaussian_clusters, samples: 10000 }"
            let words = ["--clients", "10000", "--set", data, "--output", "many"]
            let many = try Self.partition(folder, words)
            #expect(many.exitCode == 0, "\(many.errors)")
            #expect(many.output.contains("40 of 10,000 clients, evenly by size, largest first"))
            #expect(Self.table(folder.text("many/partition.csv")).count == 10_001)
            #expect(try folder.bytes("many/partition.svg").count < 100_000)
        }

        @Test func `targets that are numbers are drawn as ranges`() throws {
            let folder = try Self.folder()
            let rows = (0..<60).map { "\($0),\($0 % 7),\(Double($0) / 10)" }
            try folder.write("t.csv", (["x,y,target"] + rows).joined(separator: "\n") + "\n")
            let ending = try Self.partition(
                folder,
                [
                    "--output", "o", "--clients", "3", "--set", "data.skew=iid", "--set",
                    "data.dataset={ kind: csv, file: t.csv, target: target }",
                    "--set", "model=linear_regression",
                ])
            try #require(ending.exitCode == 0, "\(ending.errors)")
            #expect(ending.output.contains("ranges of the target per client, mean"))
            #expect(
                folder.text("o/partition.csv").hasPrefix(
                    "client,size,train,validation,test,target_from_0_percent,target_from_10_"))
        }

        @Test func `each different partition of a comparison once`() throws {
            let folder = try Self.folder(
                Self.scenario + """

                    compare:
                      seeds: [1, 2]
                      variants:
                        plain: {}
                        fast: { client.learning_rate: 0.5 }
                        even: { data.skew: iid }
                    """)
            let ending = try Self.partition(folder, ["--output", "o"])
            try #require(ending.exitCode == 0, "\(ending.errors)")
            let names = folder.names(in: "o").filter { $0.hasSuffix(".svg") }
            #expect(names.count == 2 && names[0].hasPrefix("iid-"))
            #expect(names[1].hasPrefix("shards-"))
            #expect(ending.output.contains(": plain; fast\n"))
            let chosen = try Self.partition(folder, ["--variant", "even", "--output", "e"])
            #expect(chosen.exitCode == 0 && folder.has("e/partition.svg"))
            let unknown = try Self.partition(folder, ["--variant", "evn"])
            #expect(unknown.exitCode == 2)
            #expect(
                unknown.errors.contains(
                    "--variant: expected") && unknown.errors.contains("even"),
                "\(unknown.errors)")
            let validated = try HyperfedProgram.run(["validate", "small.yaml"], in: folder)
            #expect(
                validated.output.contains(
                    "2 different partitions; 'hyperfed partition small.yaml' draws them\n"))

            let compared = try HyperfedProgram.run(
                ["compare", "small.yaml", "--quiet", "--in-process", "--output", "c"], in: folder)
            try #require(compared.exitCode == 0, "\(compared.errors)")
            // The seed of the data is fixed, so seeds share a partition.
            #expect(
                folder.names(in: "c/partitions").sorted()
                    == folder.names(in: "o").sorted())
            #expect(!folder.has("c/plain/seed-1/partition.svg"))
            #expect(
                try folder.bytes("c/partitions/\(names[1])") == folder.bytes("o/\(names[1])"))
        }

        @Test func `a run keeps the picture of its partition`() throws {
            let folder = try Self.folder()
            let ending = try HyperfedProgram.run(
                ["run", "small.yaml", "--quiet", "--output", "r"], in: folder)
            try #require(ending.exitCode == 0, "\(ending.errors)")
            #expect(try Self.partition(folder, ["--output", "o"]).exitCode == 0)
            for name in ["partition.svg", "partition.csv", "partition.json"] {
                #expect(try folder.bytes("r/\(name)") == folder.bytes("o/\(name)"), "\(name)")
            }
        }

        @Test func `a wrong variant without a comparison is refused`() throws {
            let ending = try Self.partition(Self.folder(), ["--variant", "a"])
            #expect(ending.exitCode == 2)
            #expect(
                ending.errors
                    == "command line --variant: error: --variant: expected a scenario with"
                    + " compare.variants, found 'a' for one without; leave --variant out\n")
        }
    }
}
