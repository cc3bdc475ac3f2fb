import ClientRules
import LearningRates
import TestSupport
import Testing

extension `The program` {
    /// Promises 1 and 2 for every client scheduler: what a client carries travels with its tasks, so
    /// it does not matter how many processes there are, nor that one is killed.
    @Suite(.slow) struct `Every client scheduler gives the same bits` {
        struct Case: Sendable, CustomTestStringConvertible {
            let scheduler: String
            var optimizer = "sgd"
            var model = "{ kind: mlp, hidden: [20] }"
            var correction = "none"
            var server = "{ scheduler: fedhyper_g }"
            var testDescription: String {
                "\(scheduler), \(optimizer), \(model), \(correction)"
            }

            func scenario() -> String {
                """
                name: scheduler
                seed: 3
                data: { dataset: digits, validation_fraction: 0.2 }
                clients: { count: 6, per_round: 4 }
                model: \(model)
                training:
                  rounds: 4
                  local_steps: 6
                  batch_size: 7
                  correction: \(correction)
                client:
                  learning_rate: 0.05
                  weight_decay: 0.001
                  optimizer: \(optimizer)
                  scheduler: \(scheduler)
                server: \(server)

                """
            }
        }

        private static let momentum = "{ kind: sgd, momentum: 0.5 }"

        /// Chosen settings, and the defaults of every kind that none of them names.
        static let cases =
            chosen
            + clientRules.map(\.facts.kind).filter { kind in
                kind != "constant"
                    && !chosen.contains { names($0.scheduler, kind) }
            }.map { Case(scheduler: $0) }

        private static func names(_ scheduler: String, _ kind: String) -> Bool {
            scheduler == kind || scheduler.hasPrefix("{ kind: \(kind),")
                || scheduler.hasPrefix("{ kind: \(kind) ")
        }

        private static let chosen = [
            Case(scheduler: "{ kind: hypergradient, carry: all, scope: parameter }"),
            Case(scheduler: "{ kind: hypergradient, rule: additive, scope: layer }"),
            Case(scheduler: "{ kind: rtho, carry: all }", optimizer: "adam"),
            Case(scheduler: "{ kind: marthe, mu: adaptive, carry: all }", optimizer: momentum),
            Case(scheduler: "{ kind: implicit, scope: parameter, update_interval: 4, carry: all }"),
            Case(
                scheduler: "{ kind: implicit, tune: [learning_rate, momentum, weight_decay] }",
                optimizer: momentum),
            Case(
                scheduler: "{ kind: tower, levels: [adam, sgd], carry: all }", optimizer: "adam"),
            Case(scheduler: "dsa"), Case(scheduler: "{ kind: local_gains, carry: all }"),
            Case(scheduler: "{ kind: smd, carry: all }"),
            Case(scheduler: "{ kind: zeroth_order, tune_weight_decay: true, interval: 3 }"),
            Case(scheduler: "{ kind: pes, interval: 3 }"), Case(scheduler: "delta_sgd"),
            Case(scheduler: "{ kind: fedsps, largest_rate: 2 }"),
            Case(scheduler: "{ kind: fedhyper_cl, form: released_code, carry: lr_only }"),
            // A client's state is larger here than its update.
            Case(
                scheduler: "{ kind: implicit, scope: parameter, update_interval: 3 }",
                model: "{ kind: mlp, hidden: [4000] }"),
            // So is the state that SCAFFOLD sends with a task, together with the scheduler's.
            Case(
                scheduler: "{ kind: hypergradient, carry: all }",
                model: "{ kind: mlp, hidden: [2000] }", correction: "scaffold",
                server: "{ weighting: uniform, scheduler: fedhyper_g }"),
            Case(
                scheduler: "{ kind: fedhyper_cl, carry: lr_only }", optimizer: momentum,
                correction: "{ kind: feddyn, a: 0.1 }", server: "{ weighting: uniform }"),
            Case(
                scheduler: "{ kind: marthe, carry: all }",
                correction: "{ kind: fednova, mu: 0.1 }"),
        ]

        @Test(arguments: cases)
        func `with one, three and no client processes`(run: Case) throws {
            let folder = try TemporaryFolder()
            try folder.write("run.yaml", run.scenario())
            let reference = try files(folder, "none", ["--in-process"])
            let losses = reference.rounds("train_loss").compactMap { Double($0) }
            #expect(losses.count == 4 && losses.allSatisfy { $0.isFinite && $0 > 0 })
            // Something was adapted, and it is there to be looked at.
            let isAdapted = clientRules.map(\.facts).contains { facts in
                facts.adapts.hasPrefix("rate") && Self.names(run.scheduler, facts.kind)
            }
            let rates = reference.traces.dropFirst().filter { $0[3] == "rate" }.map { $0[4] }
            #expect(Set(rates).count > 1 || !isAdapted)
            try GoldenBits.check(reference, run.testDescription)
            let narrow = try files(folder, "narrow", ["--in-process"], narrowKernels)
            #expect(narrow.difference(from: reference) == nil, "with the kernels for AVX2")
            for processes in ["1", "3"] {
                let other = try files(folder, processes, ["--processes", processes])
                #expect(other.difference(from: reference) == nil, "\(processes) processes")
            }
        }

        /// First and second derivatives of all kinds of layer.
        @Test(
            arguments: [
                "marthe", "{ kind: implicit, scope: parameter, update_interval: 2 }",
                "{ kind: smd, curvature: gauss_newton }", "{ kind: hypergradient, scope: tensor }",
                "dsa", "{ kind: tower, levels: [{ kind: sgd, learning_rate: 0.001 }] }",
            ],
            [
                ("{ kind: cnn, filters: [6], kernel: 3, hidden: [30], group_norm: 2 }", "digits"),
                ("{ kind: char_lstm, hidden: 9, layers: 2 }", "text"),
                ("{ kind: char_gru, hidden: 9 }", "text"),
            ])
        func `works with every kind of model`(scheduler: String, model: (String, String)) throws {
            let folder = try TemporaryFolder()
            try folder.write("text.txt", Self.play)
            let text = "{ kind: shakespeare, file: text.txt, sequence_length: 12 }"
            let scenario = Case(scheduler: scheduler, model: model.0).scenario()
                .replacing(
                    "dataset: digits", with: "dataset: \(model.1 == "text" ? text : model.1)")
            try folder.write("run.yaml", scenario)
            let run = try files(folder, "run", ["--in-process"])
            let losses = run.rounds("train_loss").compactMap { Double($0) }
            #expect(losses.count == 4 && losses.allSatisfy { $0.isFinite && $0 > 0 })
        }

        private func files(
            _ folder: TemporaryFolder, _ name: String, _ words: [String],
            _ environment: [String: String] = [:]
        ) throws -> RunFiles {
            let ending = try HyperfedProgram.run(
                ["run", "run.yaml", "--output", name] + words, in: folder,
                environment: environment)
            try #require(ending.exitCode == 0, "\(ending.errors)")
            return try RunFiles(folder, name)
        }

        /// A play of six roles.
        private static var play: String {
            (0..<120).map { line in
                "ROLE \(line % 6):\nThe \(line * line % 89) ships of \(line % 7) kings set sail"
                    + " again.\n\n"
            }.joined()
        }
    }
}
