import Glibc
import TestSupport
import Testing

extension `The program` {
    /// Runs by a real Slurm with two nodes, whose client processes connect over tcp with keys.
    @Suite(
        .slow, .serialized,
        .enabled(if: LocalSlurm.isThere, "Slurm (slurm-wlm, munge) cannot be started here"))
    struct `A run by Slurm` {
        private static let words = ["--rounds", "400", "--set", "training.local_epochs=20"]
        private static let nodes = ["--nodes", "2", "--tasks-per-node", "2", "--time", "10"]

        private static let reference = Result {
            try `The program`.files(`The program`.scenario, words)
        }
        /// A run that lasts until it is interrupted, on a fast machine, too.
        private static let longWords = ["--rounds", "400", "--set", "training.local_epochs=150"]
        private static let longReference = Result {
            try `The program`.files(`The program`.scenario, longWords + ["--processes", "2"])
        }

        private static func folder() throws -> TemporaryFolder {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", `The program`.scenario)
            return folder
        }

        private static func expectSameBits(
            _ folder: TemporaryFolder, _ name: String, as reference: Result<RunFiles, any Error>
        ) throws {
            let files = try RunFiles(folder, name)
            #expect(files.difference(from: try reference.get()) == nil)
            // The key of the client processes is gone.
            #expect(!folder.names(in: name).contains { $0.contains("secret") })
        }

        /// Puts a run into the queue and waits until it has done some rounds.
        private static func begin(
            _ slurm: LocalSlurm, _ folder: TemporaryFolder, _ name: String, _ options: [String]
        ) throws -> String {
            let job = try slurm.submit(
                ["run", "small.yaml", "--quiet", "--output", name] + Self.longWords
                    + options, in: folder)
            let began = eventually(within: 120) { `The program`.rounds(folder, name) >= 20 }
            let state = try slurm.job(job, folder)
            try #require(began, "\(folder.text("slurm-\(job).out"))\(state)")
            return job
        }

        @Test func `has the same bits in an allocation, in the queue and here`() throws {
            let folder = try Self.folder()
            let slurm = try LocalSlurm()
            let run = ["run", "small.yaml", "--quiet"] + Self.words
            let inside = try slurm.run(
                run + ["--launcher", "slurm", "--output", "inside"],
                behind: ["salloc", "--quiet", "--nodes=2", "--ntasks=3"], in: folder)
            #expect(inside.exitCode == 0, "\(inside.errors)")
            try Self.expectSameBits(folder, "inside", as: Self.reference)
            #expect(folder.text("inside/run.json").contains("\"processes\": 3"))
            #expect(folder.text("inside/run.json").contains("\"transport\": \"tcp\""))

            let job = try slurm.submit(run + Self.nodes + ["--output", "queued"], in: folder)
            try slurm.waitUntilEmpty(folder)
            let state = try slurm.job(job, folder)
            try #require(
                state.contains("JobState=COMPLETED"), "\(folder.text("slurm-\(job).out"))")
            try Self.expectSameBits(folder, "queued", as: Self.reference)
            #expect(folder.text("queued/run.json").contains("\"processes\": 4"))
            // On one node the client processes are those of this program.
            let one = try slurm.submit(
                run + ["--tasks-per-node", "1", "--output", "one"], in: folder)
            try slurm.waitUntilEmpty(folder)
            #expect(try slurm.job(one, folder).contains("JobState=COMPLETED"))
            try Self.expectSameBits(folder, "one", as: Self.reference)
            #expect(folder.text("one/run.json").contains("\"transport\": \"ipc\""))
        }

        @Test func `goes on when a node dies`() throws {
            let folder = try Self.folder()
            let slurm = try LocalSlurm()
            let job = try Self.begin(slurm, folder, "result", Self.nodes)
            try slurm.killNode("n2")
            try slurm.waitUntilEmpty(folder)
            let text = folder.text("slurm-\(job).out")
            #expect(text.contains("client process"), "\(text)")
            // It is the same job, which was not started again.
            #expect(try slurm.job(job, folder).contains("Restarts=0"))
            try #require(folder.has("result/model.safetensors"), "\(text)")
            try Self.expectSameBits(folder, "result", as: Self.longReference)
        }

        @Test func `goes on after SIGTERM when it is started again, unless its folder is gone`()
            throws
        {
            let folder = try Self.folder()
            let slurm = try LocalSlurm()
            let options = ["--nodes", "2", "--tasks-per-node", "1", "--time", "10"]
            /// The signal goes where Slurm sends it before the time limit.
            func interrupt(_ name: String) throws -> String {
                let job = try Self.begin(slurm, folder, name, options)
                try slurm.call("scancel --batch --signal=TERM \(job)", in: folder)
                return job
            }
            let (job, other) = (try interrupt("stays"), try interrupt("goes"))
            let outputs = ["slurm-\(job).out", "slurm-\(other).out"]
            for output in outputs {
                #expect(
                    eventually(within: 60) { folder.text(output).contains("in the queue again") },
                    "\(folder.text(output))")
            }
            #expect(folder.names(in: "stays/checkpoints").contains { $0.hasPrefix("round-") })
            #expect(`The program`.rounds(folder, "stays") < 400)
            try folder.remove("goes")
            try slurm.waitUntilEmpty(folder)
            try Self.expectSameBits(folder, "stays", as: Self.longReference)
            #expect(try slurm.job(job, folder).contains("Restarts=1"))
            #expect(
                folder.text(outputs[1]).hasSuffix(
                    "error: \(folder.path("goes")): expected the folder of a run, found nothing;"
                        + " name a folder with run.json\n"), "\(folder.text(outputs[1]))")
            #expect(try slurm.job(other, folder).contains("ExitCode=2:0"))
        }

        @Test func `that is cancelled is not started again, and resume puts it into the queue`()
            throws
        {
            let folder = try Self.folder()
            let slurm = try LocalSlurm()
            let job = try Self.begin(slurm, folder, "result", Self.nodes)
            try slurm.call("scancel \(job)", in: folder)
            try slurm.waitUntilEmpty(folder)
            #expect(try slurm.job(job, folder).contains("JobState=CANCELLED"))
            #expect(folder.text("slurm-\(job).out").contains("is left to Slurm"))
            _ = try slurm.submit(["resume", "result", "--quiet"] + Self.nodes, in: folder)
            try slurm.waitUntilEmpty(folder)
            try Self.expectSameBits(folder, "result", as: Self.longReference)
        }
    }
}
