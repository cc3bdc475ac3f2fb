import TestSupport
import Testing

extension `The program` {
    /// Anyone can read a run folder without Hyperfed.
    @Suite(.slow) struct `Python reads` {
        private static func folder() throws -> TemporaryFolder {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", `The program`.scenario)
            let ending = try HyperfedProgram.run(
                ["run", "small.yaml", "--quiet", "--output", "result"], in: folder)
            try #require(ending.exitCode == 0)
            return folder
        }

        @Test(
            .enabled(
                if: `The program`.hasPython("safetensors", "numpy"),
                "python3 with safetensors and numpy is not installed"))
        func `the model as safetensors`() throws {
            let folder = try Self.folder()
            let ending = try `The program`.python(
                """
                import sys
                from safetensors.numpy import load_file
                for name, value in sorted(load_file(sys.argv[1]).items()):
                    assert abs(value).max() < 1e3
                    print(value.dtype, value.shape)
                """, [folder.path("result/model.safetensors")])
            #expect(ending.errors == "")
            // Weights (outputs, inputs) as in PyTorch, and biases.
            let shapes = Set(ending.output.split(separator: "\n").map(String.init))
            #expect(
                shapes == [
                    "float32 (32, 20)", "float32 (32,)", "float32 (10, 32)", "float32 (10,)",
                ])
        }

        @Test(.enabled(if: `The program`.hasPython(), "python3 is not installed"))
        func `rounds and clients as CSV, and the state as JSON`() throws {
            let folder = try Self.folder()
            let ending = try `The program`.python(
                """
                import csv, json, sys
                rounds = list(csv.DictReader(open(sys.argv[1] + "/rounds.csv", newline="")))
                clients = list(csv.DictReader(open(sys.argv[1] + "/clients.csv", newline="")))
                assert [int(row["round"]) for row in rounds] == list(range(8))
                assert len(clients) == 8 * 6
                for row in rounds + clients:
                    assert None not in row and None not in row.values()
                    for name, value in row.items():
                        if value and not name.endswith("_scheduler"):
                            float(value)
                state = json.load(open(sys.argv[1] + "/run.json"))
                print(state["state"], state["rounds_done"], rounds[0]["client_scheduler"])
                """, [folder.path("result")])
            #expect(ending.errors == "")
            #expect(ending.output == "finished 8 fedhyper_cl (normalized)\n")
        }

        @Test(
            .enabled(
                if: `The program`.hasPython("yaml"), "python3 with PyYAML is not installed"))
        func `the resolved scenario as YAML, with the types that it has here`() throws {
            let folder = try TemporaryFolder()
            let rate = "learning_rate: 0.05"
            try #require(`The program`.scenario.contains(rate))
            try folder.write(
                "small.yaml",
                `The program`.scenario.replacing(rate, with: "learning_rate: 0.00001")
                    .replacing("name: small", with: "name: '1e3'")
                    .replacing("seed: 7", with: "seed: 18446744073709551615"))
            let ending = try HyperfedProgram.run(
                ["run", "small.yaml", "--quiet", "--rounds", "1", "--output", "result"], in: folder)
            try #require(ending.exitCode == 0, "\(ending.errors)")
            let read = try `The program`.python(
                """
                import sys, yaml
                it = yaml.safe_load(open(sys.argv[1]))
                print(repr(it["name"]), it["seed"], repr(it["client"]["learning_rate"]),
                    type(it["training"]["rounds"]).__name__, it["client"]["optimizer"]["nesterov"])
                """, [folder.path("result/scenario.yaml")])
            #expect(read.errors == "")
            #expect(read.output == "'1e3' 18446744073709551615 1e-05 int False\n")
        }

        @Test(
            .enabled(
                if: `The program`.hasPython("pandas", "polars", "duckdb"),
                "python3 with pandas, polars and duckdb is not installed"))
        func `columns of numbers as numbers, with output.missing: NaN`() throws {
            let folder = try TemporaryFolder()
            try folder.write(
                "small.yaml",
                `The program`.scenario + "\nevaluation: { every: 150 }\noutput: { missing: NaN }\n")
            let ending = try HyperfedProgram.run(
                ["run", "small.yaml", "--quiet", "--rounds", "150", "--output", "result"],
                in: folder)
            try #require(ending.exitCode == 0, "\(ending.errors)")
            let read = try `The program`.python(
                """
                import sys, pandas, polars, duckdb
                path = sys.argv[1]
                texts = {"server_scheduler", "client_scheduler"}
                for name, type in polars.read_csv(path).schema.items():
                    assert (type == polars.String) == (name in texts), (name, type)
                table = duckdb.sql(f"select * from read_csv('{path}')")
                for name, type in zip(table.columns, table.types):
                    assert (str(type) == "VARCHAR") == (name in texts), (name, type)
                print(pandas.read_csv(path)["test_accuracy"].count())
                """, [folder.path("result/rounds.csv")])
            #expect(read.errors == "")
            #expect(read.output == "1\n")
        }
    }
}
