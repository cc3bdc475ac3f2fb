import TestSupport
import Testing

extension `The program` {
    @Suite(
        .slow, .serialized,
        .enabled(if: LocalSlurm.isThere, "Slurm (slurm-wlm, munge) cannot be started here"))
    struct `A comparison by Slurm` {
        private static let scenario =
            `The program`.scenario + """

                compare:
                  seeds: [1, 2]
                  variants: { a: {}, b: { client.scheduler: constant } }
                """
        private static let runs = ["a/seed-1", "a/seed-2", "b/seed-1", "b/seed-2"]

        private static func count(_ word: String, _ text: String) -> Int {
            text.split(separator: word, omittingEmptySubsequences: false).count - 1
        }

        @Test func `is an array of its runs, which resume and --continue complete`() throws {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", Self.scenario)
            let slurm = try LocalSlurm(processors: 1)
            let words = ["small.yaml", "--quiet", "--set", "training.rounds=10"]
            let here = try HyperfedProgram.run(["compare", "--output", "here"] + words, in: folder)
            try #require(here.exitCode == 0, "\(here.errors)")

            // The second half waits until it is cancelled.
            let first = try slurm.submit(
                ["compare", "--output", "array", "--jobs", "1", "--sbatch", "hold"] + words,
                in: folder)
            try slurm.call("scancel \(first)_[3-4]", in: folder)
            try slurm.call("scontrol release \(first)", in: folder)
            try slurm.waitUntilEmpty(folder)
            let list = try HyperfedProgram.run(["runs", "array"], in: folder).output
            #expect(Self.count(" done ", list) == 2, "\(list)")
            #expect(Self.count(" missing ", list) == 2, "\(list)")

            let rest = try slurm.run(
                ["resume", "array", "--launcher", "slurm", "--dry-run"], in: folder)
            #expect(rest.output.contains("#SBATCH --ntasks-per-node=1\n"), "\(rest.output)")
            let pairs = try slurm.run(
                ["resume", "array", "--launcher", "slurm", "--dry-run", "--runs-per-job", "2"],
                in: folder)
            #expect(pairs.output.contains("#SBATCH --array=1-2\n"), "\(pairs.output)")
            #expect(pairs.output.contains(" --shard $SLURM_ARRAY_TASK_ID/2\n"), "\(pairs.output)")
            let second = try slurm.submit(["resume", "array", "--quiet"], in: folder)
            #expect(folder.text("array/job.sh").contains("#SBATCH --array=3-4\n"))
            try slurm.waitUntilEmpty(folder)
            for run in Self.runs {
                let files = try RunFiles(folder, "array/\(run)")
                let reference = try RunFiles(folder, "here/\(run)")
                #expect(files.difference(from: reference) == nil, "\(run)")
            }
            let table = folder.text("array/comparison.csv").split(separator: "\n").count
            #expect(table == 5, "\(folder.text("slurm-\(second)_4.out"))")
            #expect(folder.has("array/report.html"))

            let nothing = try slurm.run(
                ["resume", "array", "--launcher", "slurm"], in: folder)
            #expect(
                nothing.output == "array: all 4 runs are done; there is nothing to do\n",
                "\(nothing.errors)")
            _ = try slurm.submit(
                ["compare", "--continue", "--output", "array", "--set", "compare.seeds=[1, 2, 3]"]
                    + words, in: folder)
            #expect(folder.text("array/job.sh").contains("#SBATCH --array=3,6\n"))
            try slurm.waitUntilEmpty(folder)
            let more = try HyperfedProgram.run(["runs", "array"], in: folder).output
            #expect(Self.count(" done ", more) == 6, "\(more)")
        }
    }
}
