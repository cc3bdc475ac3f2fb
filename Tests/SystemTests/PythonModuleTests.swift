import Foundation
import TestSupport
import Testing

extension `The program` {
    /// `Documentation/hyperfed_results.py` and the notebook beside it, on real results.
    @Suite(
        .slow,
        .enabled(if: `The program`.hasPython("pandas"), "python3 with pandas is not installed"))
    struct `Results in Python` {
        /// Two studies; the second one has names and levels that are read as something else by
        /// default, a run that fails, and a baseline.
        private static let comparison = """

            compare:
              seeds: [1, 18446744073709551615]
              studies:
                one: { variants: { a: {}, b: { client.learning_rate: 0.1 } } }
                two:
                  baseline: "007"
                  draw: { client.weight_decay: { log_uniform: [0.0001, 0.01] } }
                  grid:
                    client.optimizer: [sgd, adam]
                    server.learning_rate: [1, 0.5]
                  variants:
                    "NA": {}
                    "007": { client.scheduler: constant, server.scheduler: constant }
                    diverging: { client.scheduler: constant, client.learning_rate: 1e9 }
            """

        private static let folder = Result {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", `The program`.scenario + comparison)
            let ending = try HyperfedProgram.run(
                ["compare", "small.yaml", "--quiet", "--output", "result", "--jobs", "2"]
                    + ["--rounds", "3", "--set", "clients.processes=1"]
                    + ["--set", "data.client_test_fraction=0.2"]
                    + ["--set", "evaluation.per_client=cohort"], in: folder)
            try #require(ending.exitCode == 1, "\(ending.errors)")
            return folder
        }

        private static func python(_ code: String) throws -> HyperfedProgram.Ending {
            try `The program`.python(
                "import sys\nsys.dont_write_bytecode = True\n"
                    + "sys.path.insert(0, '\(SourceTree.root)/Documentation')\n" + code,
                [folder.get().path("result")])
        }

        @Test func `frames have the rows of the tables, and names as they are`() throws {
            let ending = try Self.python(
                """
                import csv, pathlib
                from hyperfed_results import Results
                top = pathlib.Path(sys.argv[1])
                results = Results(top)
                runs = results.runs
                assert len(runs) == 4 + 24
                assert results.grid == ["client.optimizer", "server.learning_rate"]
                assert list(dict.fromkeys(runs["variant"])) == ["a", "b", "NA", "007", "diverging"]
                assert set(runs["seed"]) == {1, 2 ** 64 - 1}, runs["seed"].dtype
                assert set(runs["server.learning_rate"].dropna()) == {1.0, 0.5}
                assert runs["client.weight_decay"].between(0.0001, 0.01).sum() == 24
                assert list(runs.loc[runs["is_baseline"], "variant"].unique()) == ["007"]
                failed = runs[runs["variant"] == "diverging"]
                assert failed["final"].isna().all() and failed["score"].notna().all()
                assert set(failed["failure"]) == {"divergence"}
                for name, frame in [
                    ("rounds", results.rounds), ("clients", results.clients),
                    ("traces", results.traces), ("client_evaluations", results.evaluations),
                ]:
                    rows = []
                    for folder in runs["folder"]:
                        path = top / folder / f"{name}.csv"
                        if path.exists():
                            rows += list(csv.DictReader(open(path, newline="")))
                    assert len(rows) == len(frame) > 0, name
                    assert list(frame.columns[:7]) == results.names, name
                    for column in rows[0]:
                        if not column.endswith("_scheduler") and column != "quantity":
                            expected = [float(row[column] or "nan") for row in rows]
                            assert all(
                                a == b or a != a and b != b
                                for a, b in zip(frame[column], expected)), (name, column)
                print("digest" in runs, runs["partition_key"].str[:10].unique().tolist())
                """)
            #expect(ending.errors == "")
            #expect(ending.output == "True ['partition-']\n")
        }

        @Test func `differences are paired by study, cell and seed`() throws {
            let ending = try Self.python(
                """
                from hyperfed_results import Results, band
                results = Results(sys.argv[1])
                runs = results.runs.set_index("folder")
                pairs = results.differences("score")
                for _, pair in pairs[pairs["study"] == "two"].iterrows():
                    inner = pair["folder"].split("/")[2:]
                    other = runs.loc["/".join(["two", "007", *inner]), "score"]
                    assert pair["difference"] == runs.loc[pair["folder"], "score"] - other
                # The study without a baseline has no differences.
                assert pairs.loc[pairs["study"] == "one", "difference"].isna().all()
                two = pairs[pairs["study"] == "two"]
                print(len(two), two["difference"].notna().all(), list(two["variant"].unique()))
                assert results.differences(baseline="a")["difference"].notna().sum() == 2
                try:
                    results.differences(baseline="c")
                except ValueError as error:
                    print(error)
                rounds = results.rounds
                curve = band(rounds[rounds["study"] == "one"], "test_accuracy")
                assert list(curve["seeds"]) == [2] * 6
                a = rounds[(rounds["study"] == "one") & (rounds["variant"] == "a")]
                last = a.loc[a["round"] == 2, "test_accuracy"]
                row = curve[(curve["variant"] == "a") & (curve["round"] == 2)].iloc[0]
                assert row["smallest"] == last.min() and row["largest"] == last.max()
                assert abs(row["mean"] - last.mean()) < 1e-15
                """)
            #expect(ending.errors == "")
            #expect(
                ending.output == """
                    16 True ['NA', 'diverging']
                    baseline: expected one of 007, NA, a, b, diverging, found c

                    """)
        }

        @Test func `a folder without runs is an error that says so`() throws {
            let ending = try Self.python(
                """
                from hyperfed_results import Results
                try:
                    Results(sys.argv[1] + "/nothing")
                except FileNotFoundError as error:
                    print(str(error).replace(sys.argv[1], "here"))
                """)
            #expect(
                ending.output == """
                    here/nothing: expected a folder with run.json or above one, found none; name the \
                    folder that hyperfed printed

                    """)
        }

        @Test(
            .enabled(
                if: `The program`.hasPython("pyarrow"), "python3 with pyarrow is not installed"))
        func `Parquet files have the same frames`() throws {
            let ending = try Self.python(
                """
                import pandas, tempfile
                from hyperfed_results import Results
                results = Results(sys.argv[1])
                with tempfile.TemporaryDirectory() as folder:
                    for path in results.to_parquet(folder):
                        frame = getattr(results, path.stem)
                        pandas.testing.assert_frame_equal(
                            pandas.read_parquet(path), frame, check_dtype=path.stem != "runs")
                        print(path.stem)
                """)
            #expect(ending.errors == "")
            #expect(ending.output == "runs\nrounds\nclients\nevaluations\ntraces\n")
        }

        /// The notebook is committed without outputs, and its cells run from top to bottom.
        @Test(
            .enabled(
                if: `The program`.hasPython("nbclient", "ipykernel", "matplotlib"),
                "python3 with nbclient, ipykernel and matplotlib is not installed"))
        func `the notebook draws its figures`() throws {
            let ending = try Self.python(
                """
                import json, os
                import nbformat
                from nbclient import NotebookClient
                place = sys.path[0]
                os.environ["HYPERFED_FOLDER"] = sys.argv[1] + "/two"
                os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
                book = nbformat.read(place + "/notebook.ipynb", as_version=4)
                nbformat.validate(book)
                code = [cell for cell in book.cells if cell.cell_type == "code"]
                assert not any(cell.outputs or cell.execution_count for cell in code)
                NotebookClient(
                    book, timeout=50, kernel_name="python3",
                    resources={"metadata": {"path": place}}).execute()
                outputs = [output for cell in code for output in cell.outputs]
                assert not any(output.output_type == "stream" for output in outputs), outputs
                print(sum("image/png" in output.get("data", {}) for output in outputs), "figures")
                """)
            #expect(ending.output == "4 figures\n", "\(ending.errors)")
        }
    }
}
