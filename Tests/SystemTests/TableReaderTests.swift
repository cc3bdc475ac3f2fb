import TestSupport
import Testing

extension `The program` {
    /// All tables, as pandas, polars and DuckDB read them without any option.
    @Suite(
        .slow,
        .enabled(
            if: `The program`.hasPython("pandas", "polars", "duckdb"),
            "python3 with pandas, polars and duckdb is not installed"))
    struct `Tables that others read` {
        /// Reads each CSV file below a folder with all three, and compares names, types and values
        /// with the text of the file.
        private static let reader = """
            import csv, math, pathlib, sys
            import duckdb, pandas, polars

            # Columns of text that can be empty in all rows; pandas then reads them as missing.
            texts = {"reason", "problem", "study", "client_samples", "mark"}

            def number(text):
                try:
                    return float(text)
                except ValueError:
                    return None

            def same(cell, value):
                if cell in ("", "NaN"):
                    return value is None or value != value
                # pandas before 3 rounds the last bit.
                return value is not None and math.isclose(value, float(cell), rel_tol=4e-16)

            top = pathlib.Path(sys.argv[1])
            seen = {}
            for path in sorted(top.rglob("*.csv")):
                header, *rows = csv.reader(open(path, newline=""))
                name = path.name if path.parent.name != "partitions" else "partitions"
                seen[name] = seen.get(name, 0) + 1
                frame, table = pandas.read_csv(path), polars.read_csv(path)
                view = duckdb.sql(f"select * from read_csv_auto('{path}')")
                assert list(frame.columns) == header, (path, list(frame.columns))
                assert table.columns == header, (path, table.columns)
                assert view.columns == header, (path, view.columns)
                assert len(frame) == table.height == len(rows), path
                fetched = view.fetchall()
                assert len(fetched) == len(rows), path
                if not rows:
                    continue
                for index, column in enumerate(header):
                    cells = [row[index] for row in rows]
                    kinds = (frame[column].dtype, table[column].dtype, str(view.types[index]))
                    place = (str(path), column, kinds, cells[:3])
                    values = (
                        frame[column].tolist(), table[column].to_list(),
                        [row[index] for row in fetched])
                    is_text = not any(cells) or any(c and number(c) is None for c in cells)
                    if not is_text:
                        assert kinds[0].kind in "iuf" and kinds[1].is_numeric(), place
                        assert kinds[2] in ("DOUBLE", "BIGINT", "HUGEINT", "UBIGINT"), place
                        for read in values:
                            assert all(map(same, cells, read)), place
                    elif any(cells):
                        assert kinds[1] == polars.String and kinds[2] == "VARCHAR", place
                        for read in values:
                            assert [v if v == v and v else "" for v in read] == cells, place
                    else:
                        assert column in texts, place
            print(" ".join(f"{name} {count}" for name, count in sorted(seen.items())))
            """

        private static func check(_ folder: TemporaryFolder, _ name: String) throws -> String {
            let ending = try `The program`.python(reader, [folder.path(name)])
            #expect(ending.errors == "")
            return ending.output
        }

        @Test func `a run with all tables, and few evaluations`() throws {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", `The program`.scenario)
            let ending = try HyperfedProgram.run(
                ["run", "small.yaml", "--quiet", "--in-process", "--output", "result"]
                    + [
                        "training.rounds=160", "evaluation.every=150",
                        "evaluation.per_client=cohort", "data.validation_fraction=0.1",
                        "clients.devices={ samples_per_second: 100, dropout: 0.1 }",
                        "training.on_divergence=drop_client",
                        "server.scheduler={ kind: hypergradient, hyper_rate: 0.001 }",
                    ].flatMap { ["--set", $0] }, in: folder)
            try #require(ending.exitCode == 0, "\(ending.errors)")
            #expect(
                try Self.check(folder, "result")
                    == "client_evaluations.csv 1 clients.csv 1 drops.csv 1 partition.csv 1"
                    + " rounds.csv 1 server_traces.csv 1 traces.csv 1\n")
        }

        @Test func `a run that predicts numbers, in one round`() throws {
            let folder = try TemporaryFolder()
            let ending = try HyperfedProgram.run(
                [
                    "run", "\(SourceTree.root)/Scenarios/regression.yaml", "--quiet",
                    "--in-process", "--output", "result",
                ]
                    + ["--rounds", "1", "--set", "compare=null"], in: folder)
            try #require(ending.exitCode == 0, "\(ending.errors)")
            #expect(try Self.check(folder, "result").contains("rounds.csv 1"))
        }

        @Test func `a comparison with a grid, draws and runs that fail, without a target`() throws {
            let folder = try TemporaryFolder()
            try folder.write(
                "small.yaml",
                `The program`.scenario + """

                    compare:
                      seeds: [1, 18446744073709551615]
                      baseline: plain
                      draw: { client.weight_decay: { log_uniform: [0.0001, 0.01] } }
                      grid:
                        client.optimizer: [sgd, adam]
                        server.learning_rate: [1, 0.5]
                      variants:
                        plain: { client.scheduler: constant, server.scheduler: constant }
                        "naïve, 2": {}
                        diverging: { client.scheduler: constant, client.learning_rate: 1e9 }
                    """)
            let ending = try HyperfedProgram.run(
                ["compare", "small.yaml", "--quiet", "--output", "result", "--jobs", "2"]
                    + ["--rounds", "2", "--set", "clients.processes=1"], in: folder)
            try #require(ending.exitCode == 1, "\(ending.errors)")
            let output = try Self.check(folder, "result")
            #expect(output.contains("against.csv 1 "), "\(output)")
            #expect(output.contains(" comparison.csv 1 "), "\(output)")
            #expect(output.contains(" rounds.csv 24 "), "\(output)")
        }

        @Test func `the analysis of hypergradients`() throws {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", `The program`.scenario)
            let ending = try HyperfedProgram.run(
                ["hypergradient", "small.yaml", "--client", "5", "--output", "result"], in: folder)
            try #require(ending.exitCode == 0, "\(ending.errors)")
            #expect(
                try Self.check(folder, "result") == "hypergradients.csv 1 methods.csv 1\n")
        }
    }
}
