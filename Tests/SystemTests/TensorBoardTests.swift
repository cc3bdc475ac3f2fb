import Foundation
import TestSupport
import Testing

extension `The program` {
    /// The event files, as the package tensorboard reads them.
    @Suite(
        .slow,
        .enabled(
            if: `The program`.hasPython("tensorboard"),
            "python3 with tensorboard is not installed"))
    struct `TensorBoard reads` {
        /// Loads a run with the reader of TensorBoard, again and again until run.json has a state,
        /// and compares all that it found with the tables.
        private static let reader = """
            import csv, json, math, os, struct, sys, time
            from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
            from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData

            folder, state = sys.argv[1:3]
            events = EventAccumulator(folder, size_guidance={"scalars": 0, "histograms": 0})
            loads, seen = 0, 0
            end = time.monotonic() + 50
            while True:
                found = "none"
                if os.path.exists(folder + "/events.out.tfevents.hyperfed"):
                    found = json.load(open(folder + "/run.json"))["state"]
                    events.Reload()
                    count = len(events.Scalars("rate/global")) if events.Tags()["scalars"] else 0
                    loads, seen = loads + (count > seen), count
                if found == state:
                    break
                assert time.monotonic() < end, (found, seen)
                time.sleep(0.02)

            def table(name):
                return list(csv.DictReader(open(f"{folder}/{name}.csv", newline="")))

            def single(number):
                return struct.unpack("f", struct.pack("f", number))[0]

            columns = {
                "accuracy/test": "test_accuracy", "rmse/test": "test_rmse",
                "loss/test": "test_loss", "loss/train": "train_loss",
                "rate/global": "global_rate", "rate/local_sent": "local_rate",
                "rate/local_mean": "local_rate_mean", "rate/local_min": "local_rate_min",
                "rate/local_max": "local_rate_max", "bounds/server_hit": "server_bound_hit",
                "bounds/client_hits": "client_bound_hits",
                "aggregate/product_with_previous": "product_with_previous",
                "aggregate/cosine_with_previous": "cosine", "aggregate/norm": "aggregate_norm",
                "aggregate/scale": "aggregate_scale", "updates/mean_norm": "mean_update_norm",
                "updates/diversity": "update_diversity", "cohort/participants": "participants",
                "cohort/dropped": "dropped", "cost/bytes_up": "bytes_up",
                "cost/bytes_down": "bytes_down", "cost/simulated_seconds": "simulated_seconds",
            }
            rounds = table("rounds")
            tags = set(events.Tags()["scalars"])
            expected = {}
            for tag, column in columns.items():
                values = [(int(row["round"]), single(float(row[column])))
                          for row in rounds if row.get(column) not in ("", "NaN")]
                if values:
                    expected[tag] = values
            if os.path.exists(folder + "/server_traces.csv"):
                for row in table("server_traces"):
                    expected.setdefault("server/" + row["quantity"], []).append(
                        (int(row["round"]), single(float(row["value"]))))
            assert tags == set(expected), tags ^ set(expected)
            for tag, values in expected.items():
                found = [(event.step, event.value) for event in events.Scalars(tag)]
                assert found == values, (tag, found[:3], values[:3], len(found), len(values))

            histograms = {
                "clients/local_rate": ("clients", "rate_mean"),
                "clients/train_loss": ("clients", "train_loss"),
                "clients/update_norm": ("clients", "update_norm"),
            }
            if os.path.exists(folder + "/client_evaluations.csv"):
                for part in "train", "validation", "test":
                    for metric in "loss", "accuracy", "rmse":
                        name = f"{part}_{metric}"
                        if any(row[name] not in ("", "NaN") for row in table("client_evaluations")):
                            histograms["client_evaluations/" + name] = ("client_evaluations", name)
            assert set(events.Tags()["histograms"]) == set(histograms)
            for tag, (name, column) in histograms.items():
                values = {}
                for row in table(name):
                    if row[column] not in ("", "NaN"):
                        values.setdefault(int(row["round"]), []).append(float(row[column]))
                found = events.Histograms(tag)
                assert [event.step for event in found] == sorted(values), tag
                for event in found:
                    numbers, histogram = values[event.step], event.histogram_value
                    assert histogram.num == len(numbers) == sum(histogram.bucket)
                    assert histogram.min == min(numbers) and histogram.max == max(numbers)
                    assert math.isclose(histogram.sum, math.fsum(numbers), rel_tol=1e-12)
                    squares = math.fsum(number * number for number in numbers)
                    assert math.isclose(histogram.sum_squares, squares, rel_tol=1e-12)
                    below = -math.inf
                    for limit, count in zip(histogram.bucket_limit, histogram.bucket):
                        assert count == sum(below <= number < limit for number in numbers)
                        below = limit

            sessions = {}
            for tag, metadata in events.summary_metadata.items():
                if metadata.plugin_data.plugin_name == "hparams":
                    sessions[tag] = HParamsPluginData.FromString(metadata.plugin_data.content)
            start = sessions["_hparams_/session_start_info"].session_start_info.hparams
            end = sessions.get("_hparams_/session_end_info")
            print(
                start["client.learning_rate"].number_value, start["seed"].number_value,
                start["client_scheduler"].string_value, start["variant"].string_value,
                start["client.optimizer.nesterov"].WhichOneof("kind"),
                "clients.processes" in start, end.session_end_info.status if end else None)
            print(len(rounds), "rounds", sorted(tags - set(columns)), len(histograms),
                  "live" if loads > 1 else "at once")
            """

        private static func reading(_ folder: TemporaryFolder, _ state: String = "finished") throws
            -> String
        {
            let ending = try `The program`.python(reader, [folder.path("result"), state])
            #expect(ending.errors == "")
            return ending.output
        }

        private static func run(_ words: [String]) throws -> TemporaryFolder {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", `The program`.scenario)
            let ending = try HyperfedProgram.run(
                ["run", "small.yaml", "--quiet", "--output", "result", "--set"]
                    + ["output.tensorboard=true"] + words, in: folder)
            try #require([0, 1].contains(ending.exitCode), "\(ending.errors)")
            return folder
        }

        @Test func `the values, histograms and hyperparameters of the tables`() throws {
            let folder = try Self.run([])
            #expect(
                try Self.reading(folder) == """
                    0.05 7.0 fedhyper_cl (normalized) base bool_value False 1
                    8 rounds [] 3 at once

                    """)
        }

        @Test func `only what a round has: evaluations now and then, rounds without an update`()
            throws
        {
            let folder = try Self.run([
                "--set", "evaluation.every=3", "--set", "evaluation.per_client=cohort",
                "--set", "data.client_test_fraction=0.2", "--set",
                "server.scheduler={ kind: hypergradient, hyper_rate: 0.001 }",
                "--set", "clients.devices={ samples_per_second: 100, dropout: 0.75 }",
                "--set", "clients.per_round=2", "--rounds", "12",
            ])
            // The test means something: a round is void.
            #expect(folder.text("result/drops.csv").contains("dropped_out"))
            let output = try Self.reading(folder)
            #expect(output.contains("12 rounds ['server/hypergradient'] 7 at once\n"), "\(output)")
        }

        @Test func `that a run diverged`() throws {
            let folder = try Self.run([
                "--set", "client.learning_rate=1e9", "--set", "client.scheduler=constant",
            ])
            #expect(folder.text("result/run.json").contains("\"failure\": \"divergence\""))
            let path = folder.path("result")
            let ending = try `The program`.python(
                """
                import sys
                from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
                from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData
                events = EventAccumulator(sys.argv[1])
                events.Reload()
                data = events.summary_metadata["_hparams_/session_end_info"].plugin_data.content
                print(HParamsPluginData.FromString(data).session_end_info.status)
                """, [path])
            #expect(ending.output == "2\n", "\(ending.errors)")
        }

        /// A reader that stays open keeps its position in the file. It finds each round once only
        /// if the records that were cut off come again with the same lengths.
        @Test func `a growing file, also of a run that is killed and resumed`() throws {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", `The program`.scenario)
            let reader = try RunningProgram(
                "/usr/bin/env", ["python3", "-c", Self.reader, folder.path("result"), "finished"],
                in: folder)
            let rounds = ["--set", "training.local_epochs=10", "--rounds", "400"]
            let run = try HyperfedProgram.start(
                ["run", "small.yaml", "--quiet", "--output", "result", "--set"]
                    + ["output.tensorboard=true", "--set", "checkpoint.every=50"] + rounds,
                in: folder)
            try `The program`.waitForRounds(130, folder, run)
            run.signal(SIGKILL)
            _ = try run.end(within: 10)
            try #require(`The program`.rounds(folder, "result") < 400)
            // The reader has read rounds that the checkpoint does not have.
            usleep(300_000)
            let resumed = try HyperfedProgram.run(["resume", "result", "--quiet"], in: folder)
            try #require(resumed.exitCode == 0, "\(resumed.errors)")
            let ending = try reader.end(within: 60)
            #expect(ending.errors == "")
            #expect(ending.output.hasSuffix("400 rounds [] 3 live\n"), "\(ending.output)")
        }
    }
}
