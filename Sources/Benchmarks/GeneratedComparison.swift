import RandomStreams
import RealModule
import Reporting
import Simulation

/// A comparison as `hyperfed compare` leaves it, made of generated numbers: for measurements of
/// what reads it.
struct GeneratedComparison {
    let variants = 10
    let seeds = 100
    let rounds = 200
    /// The clients of a round, each with a row in clients.csv.
    let participants = 10
    let clients = 100

    /// Writes all files of the comparison.
    func write(to folder: String) throws {
        try Files.write(Array("name: generated\n".utf8), to: "\(folder)/comparison.yaml")
        for variant in 0..<variants {
            for seed in 1...seeds {
                let run = "\(folder)/variant-\(variant)/seed-\(seed)"
                try Files.makeFolder("\(folder)/variant-\(variant)")
                try Files.makeFolder(run)
                try writeRun(variant, seed, to: run)
            }
        }
        try Files.write(
            Array((plan.encoded() + "\n").utf8), to: "\(folder)/comparison.json")
    }

    private func digest(_ variant: Int, _ seed: Int) -> String { "generated-\(variant)-\(seed)" }

    private let methods = ["sgd", "sgd", "none", "fedhyper_g", "fedhyper_cl"]

    private var plan: JSONText {
        let arms = (0..<variants).map { variant -> JSONText in
            .object([
                "variant": .text("variant \(variant)"), "label": .null, "cell": .list([]),
                "rounds": .integer(rounds), "metric": .text("accuracy"),
                "methods": .list(methods.map { .text($0) }),
                "runs": .list(
                    (1...seeds).map { seed in
                        .object([
                            "seed": .text("\(seed)"), "digest": .text(digest(variant, seed)),
                            "folder": .text("variant-\(variant)/seed-\(seed)"),
                        ])
                    }),
            ])
        }
        return .object([
            "program": .text("generated"), "scenario": .text("generated.yaml"),
            "working_folder": .text("/"), "changes": .list([]), "quick": .flag(false),
            "studies_asked_for": .null,
            "studies": .list([
                .object([
                    "name": .null, "folder": .text(""), "grid": .list([]), "drawn": .list([]),
                    "baseline": .text("variant 0"), "target": .null, "missing": .text("empty"),
                    "variants": .list(arms),
                ])
            ]),
        ])
    }

    private func file(_ variant: Int, _ seed: Int) -> JSONText {
        let names = [
            "server_optimizer", "client_optimizer", "correction", "server_scheduler",
            "client_scheduler",
        ]
        let facts: JSONText.Object = [
            "state": .text("finished"), "reason": .null, "failure": .null,
            "name": .text("generated"), "study": .null, "variant": .text("variant \(variant)"),
            "grid": .object([:]), "drawn": .object([:]), "seed": .text("\(seed)"),
            "digest": .text(digest(variant, seed)), "program": .text("generated"),
        ]
        let figures: JSONText.Object = [
            "parameters": .integer(1000), "rounds": .integer(rounds),
            "rounds_done": .integer(rounds), "metric": .text("accuracy"),
            "final_accuracy": .null, "best_accuracy": .null, "final_rmse": .null,
            "best_rmse": .null, "final_loss": .null, "rounds_to_target": .null,
            "bytes_up": .integer(0), "bytes_down": .integer(0), "bytes_to_target": .null,
            "last_global_rate": .null, "last_local_rate": .null, "void_rounds": .integer(0),
            "clients_dropped": .integer(0), "clients_dropped_out": .integer(0),
            "clients_late": .integer(0), "clients_diverged": .integer(0),
            "simulated_seconds": .null, "target_accuracy": .number(0.6), "target_rmse": .null,
            "constant_prediction": .null, "partition_key": .text("partition-generated"),
            "seconds": .number(1), "data_key": .text("generated"), "classes": .null,
        ]
        let setting: JSONText = .object([
            "hyperfed": .text("0"), "build": .text("0"), "protocol": .integer(0),
            "host": .text("none"), "cores": .integer(1), "processes": .integer(1),
            "transport": .text("ipc"),
        ])
        let process: JSONText.Object = [
            "setting": setting, "pid": .integer(1), "boot_id": .null, "start_ticks": .null,
            "started": .text("2026-01-01T00:00:00Z"), "ended": .text("2026-01-01T00:00:01Z"),
        ]
        return .object(
            facts + JSONText.Object(zip(names, methods).map { ($0, .text($1)) }) + figures
                + process)
    }

    private func writeRun(_ variant: Int, _ seed: Int, to folder: String) throws {
        var stream = RandomKey(
            seed: UInt64(seed), .data, client: UInt32(variant)
        ).stream()
        let names = roundColumns(server: "", client: "").map(\.name)
        var table = names.joined(separator: ",") + "\n"
        let clientNames = clientColumns(client: "").map(\.name)
        var clientTable = clientNames.joined(separator: ",") + "\n"
        for round in 0..<rounds {
            let share = 1 - Double.exp(-Double(round) / Double(20 + 5 * variant))
            let accuracy = 0.1 + 0.7 * share + 0.02 * stream.uniform()
            let row = names.map { name -> String in
                switch name {
                case "round": "\(round)"
                case "test_accuracy": "\(accuracy)"
                case "test_loss", "train_loss": "\(2.3 * (1 - accuracy) + 0.01 * stream.uniform())"
                case "server_scheduler", "client_scheduler": "fedhyper"
                case "test_rmse", "simulated_seconds": ""
                case "participants": "\(participants)"
                case "bytes_up", "bytes_down": "\(40000 + 100 * variant)"
                case "samples", "server_bound_hit", "client_bound_hits", "dropped", "void": "0"
                case "cosine": "\(2 * stream.uniform() - 1)"
                default: "\(0.01 * (1 + stream.uniform()))"
                }
            }
            table += row.joined(separator: ",") + "\n"
            for participant in 0..<participants {
                let client = (round * 7 + participant * 11 + seed) % clients
                clientTable +=
                    clientNames.map { name -> String in
                        switch name {
                        case "round": "\(round)"
                        case "client": "\(client)"
                        case "samples": "\(100 + client)"
                        case "steps": "10"
                        case "lower_bound_hits", "upper_bound_hits", "undefined": "0"
                        case "client_scheduler": "fedhyper"
                        default: "\(0.001 * (1 + stream.uniform()))"
                        }
                    }.joined(separator: ",") + "\n"
            }
        }
        try Files.write(Array(table.utf8), to: "\(folder)/rounds.csv")
        try Files.write(Array(clientTable.utf8), to: "\(folder)/clients.csv")
        try Files.write(
            Array((file(variant, seed).encoded() + "\n").utf8), to: "\(folder)/run.json")
    }
}
