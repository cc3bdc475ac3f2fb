import Foundation
import TestSupport
import Testing

extension `The program` {
    @Suite struct `A launcher that cannot work is refused` {
        private static func folder() throws -> TemporaryFolder {
            let folder = try TemporaryFolder()
            try folder.write("small.yaml", `The program`.scenario)
            return folder
        }

        private static func expect(
            _ ending: HyperfedProgram.Ending, _ text: String, _ folder: TemporaryFolder,
            _ location: SourceLocation = #_sourceLocation
        ) {
            #expect(ending.exitCode == 2, "\(ending.errors)", sourceLocation: location)
            #expect(ending.errors == "error: \(text)\n", sourceLocation: location)
            #expect(!folder.has("result"), sourceLocation: location)
        }

        private static let run = ["run", "small.yaml", "--output", "result", "--launcher"]

        @Test(arguments: ["run", "compare"])
        func `without Slurm on the path`(_ command: String) throws {
            let folder = try Self.folder()
            let ending = try HyperfedProgram.run(
                [command, "small.yaml", "--output", "result", "--launcher", "slurm"], in: folder,
                environment: ["PATH": folder.path])
            Self.expect(
                ending,
                "--launcher slurm: expected sinfo on the PATH, found none; load Slurm's"
                    + " module, or leave --launcher out", folder)
            let inside = try HyperfedProgram.run(
                [command, "small.yaml", "--output", "result", "--launcher", "slurm"], in: folder,
                environment: ["PATH": folder.path, "SLURM_JOB_ID": "1", "SLURMD_NODENAME": "n1"])
            Self.expect(
                inside,
                "--launcher slurm: expected srun on the PATH, found none; load Slurm's"
                    + " module, or leave --launcher out", folder)
        }

        @Test func `without mpirun on the path`() throws {
            let folder = try Self.folder()
            let ending = try HyperfedProgram.run(
                Self.run + ["mpirun"], in: folder, environment: ["PATH": folder.path])
            Self.expect(
                ending,
                "--launcher mpirun: expected mpirun on the PATH, found none; install an MPI"
                    + " such as Debian's openmpi-bin, or leave --launcher out", folder)
        }

        @Test(arguments: [
            (["--nodes", "2"], "--nodes: expected --launcher slurm, found local"),
            (["--launcher", "slurm", "--nodes", "0"], "--nodes: expected a whole number from 1"),
            (["--launcher", "slurm", "--mpirun", "-v"], "--mpirun: expected --launcher mpirun"),
            (["--launcher", "slurm", "--partition", "a b"], "--partition: expected a word"),
            (
                ["--launcher", "slurm", "--dry-run", "--sbatch", "nodes=2"],
                "--sbatch: expected an option that hyperfed does not set itself, found 'nodes=2';"
                    + " use --nodes"
            ),
        ])
        func `with options that do not fit`(_ words: [String], _ text: String) throws {
            let folder = try Self.folder()
            let ending = try HyperfedProgram.run(["run", "small.yaml"] + words, in: folder)
            #expect(ending.exitCode == 2 && ending.errors.contains(text), "\(ending.errors)")
        }

        @Test func `but its script is printed without Slurm`() throws {
            let folder = try Self.folder()
            let ending = try HyperfedProgram.run(
                Self.run + ["slurm", "--dry-run", "--nodes", "2", "--quiet", "--sbatch", "mem=1G"],
                in: folder, environment: ["PATH": folder.path])
            #expect(ending.exitCode == 0 && !folder.has("result"), "\(ending.errors)")
            #expect(
                ending.output == """
                    #!/bin/sh
                    #SBATCH --job-name=small
                    #SBATCH --nodes=2
                    #SBATCH --ntasks-per-node=2
                    #SBATCH --requeue
                    #SBATCH --no-kill
                    #SBATCH --open-mode=append
                    #SBATCH --signal=B:TERM@60
                    #SBATCH --mem=1G
                    exec \(try HyperfedProgram.path().resolved) resume \(folder.path("result").resolved) \
                    --launcher slurm --requeue --quiet

                    """)
        }

        @Suite(
            .slow, .serialized,
            .enabled(if: LocalSlurm.isThere, "Slurm (slurm-wlm, munge) cannot be started here"))
        struct `By a real Slurm` {
            private typealias Outer = `A launcher that cannot work is refused`

            @Test func `with one message, and nothing is left`() throws {
                let folder = try Outer.folder()
                let slurm = try LocalSlurm()
                func refused(
                    _ words: [String], behind: [String] = [], _ text: String
                ) throws {
                    let ending = try slurm.run(
                        Outer.run + ["slurm"] + words, behind: behind, in: folder)
                    // Slurm itself says how a step ended, behind the message.
                    // Also tests of a request use up numbers of jobs.
                    let lines = ending.errors.split(separator: "\n").filter {
                        !$0.hasPrefix("srun: ") && !$0.hasPrefix("salloc: ")
                    }.map { $0.replacing(/job \d+/, with: "job N") }
                    #expect(ending.exitCode == 2, "\(ending.errors)")
                    #expect(lines == ["error: \(text)"], "\(ending.errors)")
                    let queue = try slurm.queue(folder)
                    #expect(!folder.has("result") && queue.isEmpty, "\(queue)")
                }
                let salloc = ["salloc", "--quiet", "--nodes=2", "--ntasks=4"]
                try refused(
                    ["--partition", "foo"],
                    "--partition: expected one of main, found 'foo'; name one of these, or leave it"
                        + " out")
                let advice =
                    "sbatch: expected a job that Slurm accepts, found an error; change --nodes,"
                    + " --tasks-per-node, --time, --account or --sbatch; 'sinfo' shows what there"
                    + " is"
                let unavailable =
                    "(allocation failure: Requested node configuration is not available)"
                try refused(["--nodes", "5"], "\(advice) \(unavailable)")
                try refused(["--tasks-per-node", "3"], "\(advice) \(unavailable)")
                try refused(["--time", "soon"], "\(advice) (Invalid --time specification)")
                try refused(
                    ["--sbatch", "foo=bar"],
                    "\(advice) (sbatch: unrecognized option '--foo=bar')")
                try refused(
                    ["--partition", "main"], behind: salloc,
                    "--partition: expected it outside of a job, found job N; leave it out")
                try refused(
                    ["--tasks-per-node", "3"], behind: salloc,
                    "--tasks-per-node: expected at most 2 tasks on each node (job N), found 3; ask"
                        + " for a larger job, or lower --tasks-per-node")
            }

            @Test func `with clocks that differ`() throws {
                let folder = try Outer.folder()
                let slurm = try LocalSlurm()
                // No command can set another clock for one node, so this one changes its answer.
                let bin = try folder.write(
                    "bin/srun",
                    """
                    #!/bin/sh
                    PATH=${PATH#*:} srun "$@" | awk -F '\\t' -v OFS='\\t' '
                        /^hyperfed-node\\tn2/ { $4 = sprintf("%.3f", $4 + 3600) }
                        { print }'
                    """)
                try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: bin)
                let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
                let skewed = try slurm.run(
                    Outer.run + ["slurm"],
                    behind: ["salloc", "--quiet", "--nodes=2", "--ntasks=2", "srun"]
                        + ["--overlap", "--nodes=1", "--ntasks=1", "env"]
                        + ["PATH=\(folder.path("bin")):\(path)", "HYPERFED_SLURM_TASKS=2"],
                    in: folder)
                #expect(skewed.exitCode == 2)
                #expect(
                    skewed.errors.contains(
                        /error: clock of n2: expected .* within 60 s, found 3,[56]\d\d seconds ahead;/
                    ), "\(skewed.errors)")
                let queue = try slurm.queue(folder)
                #expect(!folder.has("result") && queue.isEmpty, "\(queue)")
            }
        }
    }
}

extension String {
    fileprivate var resolved: String {
        URL(fileURLWithPath: self).resolvingSymlinksInPath().path
    }
}
