import Foundation
import TestSupport
import Testing

extension `The program` {
    /// Models of words: perplexity in the outputs, and the vocabulary beside the run.
    @Suite struct `A model of words` {
        private static let scenario = """
            name: words
            seed: 3
            data:
              dataset: { kind: text, train: text.txt, clients: parts, parts: 4, length: 6 }
              skew: natural
            clients: { count: 4, per_round: 3 }
            model: { kind: word_lstm, embedding: 6, hidden: 6, layers: 1 }
            training: { rounds: 3, local_steps: 4, batch_size: 5 }
            client: { learning_rate: 0.5 }
            evaluation: { per_client: all }

            """

        private static var text: String {
            (0..<400).map { "w\($0 % 331) the \($0 % 7)\($0 % 5 == 0 ? "\n" : " ")" }.joined()
        }

        private func folder() throws -> TemporaryFolder {
            let folder = try TemporaryFolder()
            try folder.write("text.txt", Self.text)
            try folder.write("words.yaml", Self.scenario)
            return folder
        }

        private static let study =
            scenario + """
                compare:
                  seeds: [1, 2, 3]
                  variants:
                    slow: { client.learning_rate: 0.1 }
                    fast: {}

                """

        @Test func `is told by its perplexity`() throws {
            let folder = try folder()
            let ending = try HyperfedProgram.run(
                [
                    "run", "words.yaml", "--output", "run", "--in-process", "--set",
                    "evaluation.target_perplexity=100000",
                ], in: folder)
            #expect(ending.exitCode == 0, "\(ending.errors)")
            #expect(ending.output.contains("perplexity "))
            let run = try RunFiles(folder, "run")
            let losses = run.rounds("test_loss").compactMap { Double($0) }
            let perplexities = run.rounds("test_perplexity").compactMap { Double($0) }
            #expect(losses.count == 3 && perplexities.count == 3)
            for (loss, perplexity) in zip(losses, perplexities) {
                #expect(abs(exp(loss) / perplexity - 1) < 1e-12)
            }
            let table = folder.text("run/client_evaluations.csv").split(separator: "\n").map {
                $0.split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
            }
            let loss = try #require(table.first?.firstIndex(of: "train_loss"))
            let perplexity = try #require(table.first?.firstIndex(of: "train_perplexity"))
            #expect(table.count == 13)
            for row in table.dropFirst() {
                let (loss, found) = (try #require(Double(row[loss])), Double(row[perplexity]) ?? 0)
                #expect(abs(exp(loss) / found - 1) < 1e-12)
            }
            let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/run/run.json"))
            let file = try #require(
                try JSONSerialization.jsonObject(with: data) as? [String: Any])
            #expect(file["metric"] as? String == "perplexity")
            // JSONSerialization rounds the last bit of some numbers another way.
            let final = try #require(file["final_perplexity"] as? Double)
            let best = try #require(file["best_perplexity"] as? Double)
            #expect(abs(final / (perplexities.reduce(0, +) / 3) - 1) < 1e-12)
            #expect(abs(best / (perplexities.min() ?? 0) - 1) < 1e-12)
            #expect(file["target_perplexity"] as? Double == 100_000)
            #expect(file["rounds_to_target"] as? Int == 1)
            #expect(file["final_accuracy"] is NSNull && file["classes"] is NSNull)
            let words = try String(
                contentsOfFile: "\(folder.path)/run/vocabulary.txt", encoding: .utf8
            ).split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            #expect(words.first == "<unk>" && words.dropFirst().first == "the")
            #expect(Set(words).count == words.count && words.count > 256)
        }

        @Test func `is told by its accuracy if the scenario says so`() throws {
            let folder = try folder()
            let ending = try HyperfedProgram.run(
                [
                    "run", "words.yaml", "--output", "run", "--in-process", "--set",
                    "evaluation.metric=accuracy",
                ], in: folder)
            #expect(ending.exitCode == 0, "\(ending.errors)")
            #expect(ending.output.contains("accuracy ") && !ending.output.contains("perplexity"))
            let refused = try HyperfedProgram.run(
                [
                    "run", "words.yaml", "--output", "other", "--set",
                    "evaluation.target_accuracy=0.5",
                ], in: folder)
            #expect(refused.exitCode == 2)
            #expect(
                refused.errors.contains(
                    "evaluation.target_accuracy: expected a target of the metric perplexity, found"
                        + " another one; use evaluation.target_perplexity or evaluation.metric:"
                        + " accuracy"), "\(refused.errors)")
        }

        @Test func `is compared by its perplexity, and shown so in the report`() throws {
            let folder = try folder()
            try folder.write("study.yaml", Self.study)
            let ending = try HyperfedProgram.run(
                ["compare", "study.yaml", "--output", "study"], in: folder)
            #expect(ending.exitCode == 0, "\(ending.errors)")
            #expect(ending.output.contains("final perplexity"), "\(ending.output)")
            #expect(ending.output.contains("% less perplexity"), "\(ending.output)")
            let table = try String(
                contentsOfFile: "\(folder.path)/study/summary.csv", encoding: .utf8)
            #expect(table.contains(",perplexity,"))
            let report = try HyperfedProgram.run(["report", "study"], in: folder)
            #expect(report.exitCode == 0, "\(report.errors)")
            let page = try String(
                contentsOfFile: "\(folder.path)/study/report.html", encoding: .utf8)
            #expect(page.contains("Final perplexity") && page.contains("Test perplexity"))
            #expect(!page.contains("RMSE"))
        }
    }
}
