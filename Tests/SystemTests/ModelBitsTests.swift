import TestSupport
import Testing

extension `The program` {
    /// Promise 1 for every model, each on data of its own kind: one client process against four, and
    /// against none.
    @Suite(.slow) struct `Every model gives the same bits` {
        /// A model and its data set, as a scenario names them.
        struct Case: Sendable, CustomTestStringConvertible {
            let model: String
            let data: String
            var rate = 0.05

            var testDescription: String { model }

            func scenario() -> String {
                """
                name: model
                seed: 3
                data: { dataset: \(data), validation_fraction: 0.2 }
                clients: { count: 8, per_round: 6 }
                model: \(model)
                training: { rounds: 2, local_steps: 3, batch_size: 7 }
                client:
                  learning_rate: \(rate)
                  optimizer: { kind: sgd, momentum: 0.5 }
                  scheduler: { kind: fedhyper_cl, carry: lr_only }
                server: { scheduler: fedhyper_g }
                evaluation: { per_client: all }

                """
            }
        }

        private static let text = "{ kind: shakespeare, file: text.txt, sequence_length: 12 }"
        private static let images = "{ kind: cifar10, folder: images }"

        static let cases = [
            Case(model: "softmax_regression", data: "digits"),
            Case(model: "{ kind: mlp, hidden: [20] }", data: "digits"),
            Case(model: "{ kind: mlp, hidden: [17, 5], activation: tanh }", data: "digits"),
            Case(model: "linear_regression", data: "{ kind: csv, file: table.csv, target: z }"),
            Case(
                model: "{ kind: mlp, hidden: [20], activation: sigmoid }",
                data: "{ kind: csv, file: table.csv, target: z }"),
            Case(model: "{ kind: cnn, filters: [6], kernel: 3, hidden: [30] }", data: "digits"),
            Case(
                model: "{ kind: cnn, filters: [8, 4], kernel: 5, hidden: [20], group_norm: 2 }",
                data: images),
            Case(model: "lenet", data: images),
            Case(
                model: "{ kind: cnn, filters: [6, 5], kernel: 3, stride: 2, padding: 2,"
                    + " pooling: average, hidden: [] }", data: images),
            Case(model: "{ kind: resnet, width: 8 }", data: images),
            Case(model: "{ kind: resnet, blocks: [1, 2], width: 6 }", data: "digits"),
            Case(model: "{ kind: char_lstm, hidden: 20 }", data: text),
            Case(model: "{ kind: char_lstm, hidden: 9, layers: 2 }", data: text),
            Case(model: "{ kind: char_gru, hidden: 20 }", data: text),
            Case(
                model: "{ kind: word_lstm, embedding: 12, hidden: 20 }",
                data: "{ kind: text, train: text.txt, clients: roles, length: 6 }"),
        ]

        @Test(arguments: cases)
        func `with one, four and no client processes`(model: Case) throws {
            let folder = try TemporaryFolder()
            try folder.write("text.txt", Self.play)
            try folder.write("table.csv", Self.table)
            for name in ["data_batch_1.bin", "test_batch.bin"] {
                try folder.write("images/\(name)", Self.records(120))
            }
            try folder.write("model.yaml", model.scenario())
            let reference = try files(folder, "none", ["--in-process"])
            let losses = reference.rounds("train_loss").compactMap { Double($0) }
            #expect(losses.count == 2 && losses.allSatisfy { $0.isFinite && $0 > 0 })
            try GoldenBits.check(reference, "\(model.model) on \(model.data)")
            let narrow = try files(folder, "narrow", ["--in-process"], narrowKernels)
            #expect(narrow.difference(from: reference) == nil, "with the kernels for AVX2")
            for processes in ["1", "4"] {
                let run = try files(folder, processes, ["--processes", processes])
                #expect(run.difference(from: reference) == nil, "\(processes) processes")
            }
        }

        private func files(
            _ folder: TemporaryFolder, _ name: String, _ words: [String],
            _ environment: [String: String] = [:]
        ) throws -> RunFiles {
            let ending = try HyperfedProgram.run(
                ["run", "model.yaml", "--output", name] + words, in: folder,
                environment: environment)
            try #require(ending.exitCode == 0, "\(ending.errors)")
            return try RunFiles(folder, name)
        }

        /// A play of nine roles.
        private static var play: String {
            (0..<180).map { line in
                "ROLE \(line % 9):\nThe \(line * line % 89) ships of \(line % 7) kings set sail"
                    + " again, and \(line * 31 % 101) came home.\n\n"
            }.joined()
        }

        private static var table: String {
            "x,y,z\n"
                + (0..<200).map { row in
                    let (x, y) = (row * 37 % 101, row * 53 % 97)
                    return "\(x),\(y),\(3 * x - 2 * y + row % 5)\n"
                }.joined()
        }

        /// Records of CIFAR-10's binary version.
        private static func records(_ count: Int) -> [UInt8] {
            var bytes: [UInt8] = []
            for record in 0..<count {
                bytes.append(UInt8(record % 10))
                for index in 0..<3072 {
                    bytes.append(UInt8(truncatingIfNeeded: record * 7 + index * index % 251))
                }
            }
            return bytes
        }
    }
}
