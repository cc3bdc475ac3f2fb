import TestSupport
import Testing

extension `The program` {
    @Suite struct `Commands` {
        @Test func `the quickstart is quick`() throws {
            let ending = try HyperfedProgram.run(
                ["run", "\(SourceTree.root)/Scenarios/quickstart.yaml"], in: TemporaryFolder(),
                seconds: 15)
            #expect(ending.exitCode == 0, "\(ending.errors)")
            #expect(
                ending.output.contains(
                    /\d+ rounds in .+; results in runs\/quickstart\/base\/seed-1\n$/))
        }

        @Test func `compare ends with a table of its variants`() throws {
            let folder = try TemporaryFolder()
            let ending = try HyperfedProgram.run(
                ["compare", "\(SourceTree.root)/Scenarios/quickstart.yaml", "--quiet"], in: folder)
            #expect(ending.exitCode == 0)
            #expect(ending.errors == "")
            let lines = ending.output.split(separator: "\n").map(String.init)
            let variants = Self.variants(of: "Scenarios/quickstart.yaml")
            try #require(variants.count >= 2 && lines.count > 2 * variants.count + 3)
            #expect(
                cells(lines[0]) == [
                    "variant", "final", "interval", "vs fedavg", "interval", "won", "to 70 %",
                ])
            let rows = lines[1...variants.count].map(cells)
            #expect(rows[0][0] == "fedavg" && rows[0].count == 4)
            for row in rows {
                let isReference = row[0] == "fedavg"
                #expect(row.count == (isReference ? 4 : 7), "\(row)")
                let interval = /\d+\.\d+ to \d+\.\d+/
                #expect(row[1].wholeMatch(of: /\d+\.\d+/) != nil, "\(row)")
                #expect(row[2].wholeMatch(of: interval) != nil, "\(row)")
                if !isReference { #expect(row[5].hasSuffix("/3"), "\(row)") }
            }
            #expect(lines.allSatisfy { $0.count <= 80 })
            // Below stand the methods in which the variants differ, with whole names.
            let methods = lines.dropLast().suffix(variants.count + 2)
            #expect(
                methods.first.map(cells)
                    == ["variant", "server scheduler", "client scheduler"])
            #expect(methods.dropFirst().dropLast().map { cells($0)[0] } == variants)
            #expect(lines.suffix(2).first == "results in runs/quickstart")
            #expect(lines.last == "report: runs/quickstart/report.html")
            let table = folder.text("runs/quickstart/comparison.csv").split(separator: "\n")
                .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
            let column = try #require(table.first?.firstIndex(of: "folder"))
            try #require(table.count == 3 * variants.count + 1)
            for row in table.dropFirst() {
                #expect(folder.has("runs/quickstart/\(row[column])/rounds.csv"))
            }
        }

        /// The names below `variants:`, in file order.
        private static func variants(of scenario: String) -> [String] {
            let text = SourceTree.text(of: scenario) ?? ""
            guard let start = text.firstRange(of: "  variants:\n") else { return [] }
            return text[start.upperBound...].split(separator: "\n").compactMap {
                $0.prefixMatch(of: /\s{4}(\w[^:]*):/).map { String($0.1) }
            }
        }

        /// The cells of a line of a table: two spaces or more lie between them.
        private func cells(_ line: String) -> [String] {
            line.split(separator: #/  +/#).map(String.init)
        }

        @Test(.slow, arguments: SourceTree.files(in: "Scenarios", endings: ["yaml"]))
        func `every shipped scenario is valid`(path: String) throws {
            let needsData = SourceTree.text(of: path)?.contains("dataset: fashion_mnist") ?? false
            if needsData, !`The program`.hasFashionMNIST {
                try Test.cancel("Fashion-MNIST is not installed")
            }
            let folder = try TemporaryFolder()
            var words = ["validate", "\(SourceTree.root)/\(path)"]
            let text = SourceTree.text(of: path) ?? ""
            let isCIFAR10 = text.contains("kind: cifar10,")
            // Without the files only the settings can be checked.
            if text.contains("not shipped"), !isCIFAR10 {
                let ending = try HyperfedProgram.run(words + ["--resolved"], in: folder)
                #expect(ending.exitCode == 0 && ending.errors == "")
                return
            }
            if isCIFAR10 {
                words += try ["--set", "data.dataset.folder=\(Self.writeImages(to: folder))"]
            }
            let ending = try HyperfedProgram.run(words, in: folder, watchesChildren: true)
            #expect(ending.exitCode == 0)
            #expect(ending.errors == "")
            #expect(ending.output.hasSuffix("\(path) is valid\n"))
            #expect(ending.children == [])
        }

        @Test func `owners that are no client are told`() throws {
            let folder = try TemporaryFolder()
            try folder.write(
                "few.yaml",
                """
                data:
                  dataset: { kind: csv, file: t.csv, target: a, client: who, test_fraction: 0 }
                  skew: natural
                clients: { count: 2, per_round: 2 }
                model: linear_regression
                training: { rounds: 1 }
                """)
            try folder.write("t.csv", "a,b,who\n1,2,x\n2,1,x\n3,5,y\n4,4,z\n5,3,z\n")
            let ending = try HyperfedProgram.run(["validate", "few.yaml"], in: folder)
            #expect(ending.exitCode == 0)
            let owners =
                "owners: 3 values in column 'who', of which 1 with 1 training sample are left out"
            #expect(ending.output.contains(owners + "\n"))
        }

        /// 3,000 training and 10 test images in the format of CIFAR-10; hands back their folder.
        private static func writeImages(to folder: TemporaryFolder) throws -> String {
            func records(_ count: Int) -> [UInt8] {
                (0..<count).flatMap { [UInt8($0 % 10)] + [UInt8](repeating: 7, count: 3_072) }
            }
            for batch in 1...5 {
                try folder.write("cifar/data_batch_\(batch).bin", records(600))
            }
            try folder.write("cifar/test_batch.bin", records(10))
            return folder.path("cifar")
        }

        @Test func `list names every kind that is registered`() throws {
            let overview = try HyperfedProgram.run(["list"], in: TemporaryFolder())
            #expect(overview.exitCode == 0)
            var kinds: Set<String> = []
            for path in SourceTree.files(in: "Sources", endings: ["swift"]) {
                let text = SourceTree.text(of: path) ?? ""
                let found = text.matches(of: /\b(?:Registered|RuleFacts)\(\s*"([a-z0-9_]+)"/)
                kinds.formUnion(found.map { String($0.1) })
            }
            #expect(kinds.isSuperset(of: ["mlp", "dirichlet", "fedhyper_cl", "fedhyper_g"]))
            for kind in kinds.sorted() {
                #expect(overview.output.contains("\n  \(kind) "), "\(kind)")
                let ending = try HyperfedProgram.run(["list", kind], in: TemporaryFolder())
                #expect(ending.exitCode == 0)
                #expect(ending.output.hasPrefix("\(kind) ("))
            }
        }

        @Test func `list says which word brings a key or another default`() throws {
            let sl = try HyperfedProgram.run(["list", "fedhyper_sl"], in: TemporaryFolder()).output
            #expect(sl.contains(/\n  step +one of factor \| additive .*\(form: paper\)/))
            let dsa = try HyperfedProgram.run(["list", "dsa"], in: TemporaryFolder()).output
            #expect(!dsa.contains("(redo:"))
        }

        @Test func `list knows the keys of a scenario`() throws {
            let ending = try HyperfedProgram.run(["list", "keys"], in: TemporaryFolder())
            #expect(ending.exitCode == 0)
            for key in ["clients.per_round", "training.rounds", "server.learning_rate", "seed"] {
                #expect(ending.output.contains("  \(key) "), "\(key)")
            }
        }

        private static let scenarioOptions = [
            "<scenario>", "--seed", "--rounds", "--clients", "--processes", "--set",
        ]
        private static let runOptions =
            ["<scenarios>"] + scenarioOptions.dropFirst()
            + ["--output", "--overwrite", "--quiet", "--format", "--events", "--in-process"]
        private static let coordinatorOptions =
            scenarioOptions + ["--output", "--overwrite", "--quiet", "--bind"]
        private static let options: [(String, [String])] = [
            ("run", runOptions),
            (
                "compare",
                runOptions + [
                    "--study", "--quick", "--jobs", "--continue", "--retry-failed", "--plan",
                    "--shard",
                ]
            ),
            ("resume", ["<folder>", "--rounds", "--quiet", "--in-process", "--processes"]),
            ("runs", ["<folder>", "--format"]), ("report", ["--tables"]),
            ("validate", scenarioOptions + ["--explain", "--resolved"]),
            (
                "partition",
                scenarioOptions + ["--variant", "--import", "--output", "--format"]
            ),
            ("list", ["<kind>"]), ("coordinator", coordinatorOptions),
            ("client", ["--connect", "--process", "--patience"]),
            (
                "hypergradient",
                scenarioOptions + ["--client", "--round", "--methods", "--output", "--overwrite"]
            ),
        ]

        @Test(arguments: options)
        func `the help of a command has its options`(command: String, options: [String]) throws {
            let ending = try HyperfedProgram.run([command, "--help"], in: TemporaryFolder())
            #expect(ending.exitCode == 0)
            #expect(ending.errors == "")
            for option in options { #expect(ending.output.contains("\n  \(option) "), "\(option)") }
        }

        @Test func `every command of the overview has help of its own`() throws {
            let overview = try HyperfedProgram.run(["--help"], in: TemporaryFolder())
            #expect(overview.exitCode == 0)
            let end = try #require(overview.output.firstRange(of: "SUBCOMMANDS:\n")?.upperBound)
            let commands = overview.output[end...].split(separator: "\n").compactMap {
                $0.prefixMatch(of: /\s\s(\w+)/).map { String($0.1) }
            }
            #expect(Set(commands).isSuperset(of: Self.options.map(\.0)))
            for command in commands where command != "See" {
                let ending = try HyperfedProgram.run([command, "--help"], in: TemporaryFolder())
                #expect(ending.exitCode == 0)
                #expect(ending.output.contains("USAGE: hyperfed \(command)"))
            }
        }

        @Test func `the version is a version`() throws {
            let ending = try HyperfedProgram.run(["--version"], in: TemporaryFolder())
            #expect(ending.exitCode == 0)
            #expect(ending.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
        }
    }
}
