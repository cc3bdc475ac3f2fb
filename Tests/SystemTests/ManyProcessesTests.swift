import TestSupport
import Testing

extension `The program` {
    /// A process for each of 120 clients, all at work in each round.
    @Suite(.slow) struct `with many client processes` {
        @Test func `a run has the bits of a run with two`() throws {
            let scenario = """
                seed: 3
                data:
                  dataset: { kind: gaussian_clusters, samples: 2400 }
                  skew: { kind: dirichlet, alpha: 0.3, min_samples: 1 }
                clients: { count: 120, per_round: 120, processes: 2 }
                model: softmax_regression
                training: { rounds: 3, local_epochs: 1, batch_size: 8 }
                client: { learning_rate: 0.05, scheduler: fedhyper_cl }
                """
            let two = try files(scenario)
            let many = try files(scenario, ["--set", "clients.processes=120"])
            #expect(two.difference(from: many) == nil)
            #expect(many.clients.count == 1 + 3 * 120)
        }
    }
}
