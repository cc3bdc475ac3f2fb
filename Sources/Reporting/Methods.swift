/// The methods that made a run, as outputs name them: what tells FedAvg, FedAdam and SCAFFOLD
/// apart. In a comparison of models, the model is one of them.
public struct Methods: Equatable, Sendable {
    /// The server's optimizer: "adam".
    public var serverOptimizer: String
    /// The clients' optimizer: "sgd (heavy ball 0.9)".
    public var clientOptimizer: String
    /// The drift correction: "scaffold", or "none".
    public var correction: String
    /// The server scheduler: "fedhyper_g (normalized)".
    public var serverScheduler: String
    /// The client scheduler: "constant".
    public var clientScheduler: String
    /// The model, such as "mlp 200"; empty if the runs of a comparison do not differ in it.
    public var model: String

    /// Makes the methods of a run from their names.
    public init(
        serverOptimizer: String = "", clientOptimizer: String = "", correction: String = "",
        serverScheduler: String = "", clientScheduler: String = "", model: String = ""
    ) {
        self.serverOptimizer = serverOptimizer
        self.clientOptimizer = clientOptimizer
        self.correction = correction
        self.serverScheduler = serverScheduler
        self.clientScheduler = clientScheduler
        self.model = model
    }

    /// Both schedulers, as the table that ends a comparison has them: "constant / constant".
    public var schedulers: String { "\(serverScheduler) / \(clientScheduler)" }

    /// One of the methods: its column in comparison.csv, its title in texts and its name in a run.
    struct Part: Sendable {
        let column: String
        let title: String
        let label: @Sendable (Methods) -> String
    }

    /// All of them but the model, in the order of the columns.
    static let parts = [
        Part(column: "server_optimizer", title: "server optimizer") { $0.serverOptimizer },
        Part(column: "client_optimizer", title: "client optimizer") { $0.clientOptimizer },
        Part(column: "correction", title: "correction") { $0.correction },
        Part(column: "server_scheduler", title: "server scheduler") { $0.serverScheduler },
        Part(column: "client_scheduler", title: "client scheduler") { $0.clientScheduler },
    ]

    /// The model, whose column exists only if models differ.
    static let model = Part(column: "model", title: "model") { $0.model }

    /// Returns the parts that have columns.
    static func parts(hasModels: Bool) -> [Part] { hasModels ? [model] + parts : parts }

    /// The methods with the names of their columns in comparison.csv, in the order of the columns.
    /// The model is not among them.
    public var named: [(name: String, label: String)] {
        Self.parts.map { ($0.column, $0.label(self)) }
    }

    /// Returns the parts in which some variants differ.
    static func differing(_ variants: [VariantSummary]) -> [Part] {
        parts(hasModels: true).filter { part in
            Set(variants.map { part.label($0.methods) }).count > 1
        }
    }
}
