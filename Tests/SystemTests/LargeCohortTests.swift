import TestSupport
import Testing

extension `The program` {
    /// One sample a client, y = 900, one step of rate 0.5: each update has a bias of 900.
    @Suite(.slow) struct `with more clients a round than 2^12` {
        private func bias(_ clients: Int, _ words: [String] = []) throws -> Float {
            let folder = try TemporaryFolder()
            try folder.write(
                "t.csv",
                "site,x,y\n" + (0..<clients).map { "\($0),0,900\n" }.joined())
            try folder.write(
                "many.yaml",
                """
                data:
                  dataset:
                    { kind: csv, file: t.csv, client: site, target: y, test_samples: 0,
                      standardize: false, standardize_target: false }
                  skew: natural
                clients: { count: \(clients), per_round: \(clients), processes: 1 }
                model: linear_regression
                training: { rounds: 1, local_epochs: 1, batch_size: 1 }
                client: { learning_rate: 0.5 }
                evaluation: { every: 0 }
                """)
            let ending = try HyperfedProgram.run(
                ["run", "many.yaml", "--quiet", "--in-process", "--output", "result"] + words,
                in: folder)
            try #require(ending.exitCode == 0, "\(ending.errors)")
            // The last of the two parameters.
            let bytes = try folder.bytes("result/model.safetensors").suffix(4)
            return Float(
                bitPattern: bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) })
        }

        @Test(arguments: [4096, 4097, 5500, 9000])
        func `the mean of equal updates is that update`(clients: Int) throws {
            let one = try bias(1)
            #expect(one > 400 && one < 1000)
            #expect(try bias(clients) == one)
            #expect(try bias(clients, ["--set", "server.weighting=uniform"]) == one)
        }
    }
}
