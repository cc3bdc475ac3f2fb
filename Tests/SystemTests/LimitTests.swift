import Glibc
import TestSupport
import Testing

extension `The program` {
    /// What the machine does not give is refused in words before the first process starts.
    @Suite(.slow) struct `Limits of the machine` {
        /// The words that run a shell command in a mount namespace of its own; nil where that is not
        /// permitted.
        private static let namespace: [String]? = [["-m"], ["-r", "-m"]].first { words in
            let mount = ["mount", "-t", "tmpfs", "none", "/dev/shm"]
            guard let folder = try? TemporaryFolder(),
                let program = try? RunningProgram(
                    "/usr/bin/env", ["unshare"] + words + mount, in: folder)
            else { return false }
            return (try? program.end(within: 20))?.exitCode == 0
        }

        private static func shell(_ script: String, in folder: TemporaryFolder) throws
            -> HyperfedProgram.Ending
        {
            try folder.write("small.yaml", `The program`.scenario)
            let words = ["sh", "-c", script, try HyperfedProgram.path()]
            return try RunningProgram(
                "/usr/bin/env", words, in: folder,
                environment: ["HYPERFED_CACHE": folder.path("cache")]
            ).end(within: 60)
        }

        /// 64 MB of shared memory, as containers have, in a namespace of its own.
        private static func inSmallMemory(_ script: String, in folder: TemporaryFolder) throws
            -> HyperfedProgram.Ending
        {
            try folder.write("small.yaml", `The program`.scenario)
            let inner = "mount -t tmpfs -o size=64m none /dev/shm; \(script)"
            return try RunningProgram(
                "/usr/bin/env",
                ["unshare"] + (namespace ?? []) + ["sh", "-c", inner, try HyperfedProgram.path()],
                in: folder, environment: ["HYPERFED_CACHE": folder.path("cache")]
            ).end(within: 60)
        }

        private static let run = "exec \"$0\" run small.yaml --quiet --output result"
        // 2 million parameters: 8 MB, eleven times, and two sums of 16 MB.
        private static let large = " --rounds 1 --set 'model={kind: mlp, hidden: [2000, 1000]}'"

        @Test(.enabled(if: namespace != nil, "mount namespaces are not permitted here"))
        func `too little shared memory is refused with the size that is needed`() throws {
            let folder = try TemporaryFolder()
            let ending = try Self.inSmallMemory(Self.run + Self.large, in: folder)
            #expect(ending.exitCode == 2)
            let expected =
                /error: clients.transport: expected (\d+) MB of shared memory in \/dev\/shm for the models and updates of the client processes, found 67 MB; set clients.transport: tcp, use fewer client processes, or make \/dev\/shm larger\n/
            let match = try #require(ending.errors.wholeMatch(of: expected), "\(ending.errors)")
            #expect((115...130).contains(Int(match.1) ?? 0))
            #expect(!folder.has("result/rounds.csv"))
            let other = try Self.inSmallMemory(
                Self.run + Self.large + " --set clients.transport=tcp", in: folder)
            #expect(other.exitCode == 0, "\(other.errors)")
        }

        @Test(.enabled(if: namespace != nil, "mount namespaces are not permitted here"))
        func `so is memory that others have taken`() throws {
            let folder = try TemporaryFolder()
            let ending = try Self.inSmallMemory(
                "head -c 60000000 /dev/zero > /dev/shm/other; " + Self.run
                    + " --set 'model={kind: mlp, hidden: [1000, 400]}'", in: folder)
            #expect(ending.exitCode == 2)
            #expect(
                ending.errors.wholeMatch(
                    of:
                        /error: expected \d+ MB of shared memory in \/dev\/shm .+, found \d MB; set clients.transport: tcp, .+\n/
                ) != nil, "\(ending.errors)")
            #expect(!folder.has("result/rounds.csv"))
        }

        /// Whatever the limit is: the run works, or is refused in one line. It never crashes.
        @Test(arguments: [115_000, 130_000, 145_000, 160_000, 200_000, 220_000, 300_000, 2_000_000])
        func `a small address space`(kibibytes: Int) throws {
            let folder = try TemporaryFolder()
            for model in ["softmax_regression", "{kind: mlp, hidden: [1000, 1000]}"] {
                let ending = try Self.shell(
                    "ulimit -v \(kibibytes); \(Self.run) --rounds 2 --overwrite --set"
                        + " 'model=\(model)'", in: folder)
                #expect([0, 2].contains(ending.exitCode), "\(model): \(ending.errors)")
                guard ending.exitCode == 2 else { continue }
                #expect(
                    ending.errors.wholeMatch(
                        of:
                            /.*error: .*expected a limit of at least \d+ MB for the address space of a process, found \d+ MB; raise it with 'ulimit -v', or use a smaller model or batch\n/
                    ) != nil, "\(ending.errors)")
            }
        }

        @Test func `too few descriptors are refused with the number that is needed`() throws {
            let folder = try TemporaryFolder()
            let ending = try Self.shell("ulimit -n 60; \(Self.run)", in: folder)
            #expect(ending.exitCode == 2)
            #expect(
                ending.errors.contains(
                    "clients.processes: expected a limit of at least 70 open files, found 60; raise it"
                ), "\(ending.errors)")
            #expect(!folder.has("result/rounds.csv"))
        }

        @Test func `a small limit for the size of files`() throws {
            let folder = try TemporaryFolder()
            // In blocks of 512 bytes: the shared memory needs more.
            let block = try Self.shell(
                "ulimit -f 800; \(Self.run) --set 'model={kind: mlp, hidden: [500]}'", in: folder)
            #expect(block.exitCode == 2)
            #expect(
                block.errors.contains("for the size of a file, which the shared memory takes"),
                "\(block.errors)")
            // A table that grows beyond it is like a full disk.
            let table = try Self.shell(
                "ulimit -f 400; \(Self.run) --rounds 3000 --set clients.transport=tcp", in: folder)
            #expect(table.exitCode == 1)
            #expect(table.errors.contains("File too large"), "\(table.errors)")
        }
    }

    /// A local endpoint belongs to whoever waits there.
    @Suite struct `Local endpoints` {
        private static func coordinator(_ folder: TemporaryFolder, _ output: String) throws
            -> RunningProgram
        {
            try folder.write("small.yaml", `The program`.scenario)
            return try HyperfedProgram.start(
                [
                    "coordinator", "small.yaml", "--output", output, "--bind",
                    "ipc://\(folder.path)/s",
                ], in: folder)
        }

        private static func waits(_ run: RunningProgram) -> Bool {
            !run.isRunning || run.errors.contains("waiting for clients: ")
        }

        @Test func `in use are not taken over, and those of the dead are`() throws {
            let folder = try TemporaryFolder()
            let first = try Self.coordinator(folder, "first")
            #expect(eventually(within: 20) { Self.waits(first) })
            let second = try Self.coordinator(folder, "second").end(within: 20)
            #expect(second.exitCode == 2)
            #expect(
                second.errors.hasSuffix(
                    "; choose another (ipc://\(folder.path)/s: Address already in use, errno 98)\n"),
                "\(second.errors)")
            #expect(!folder.has("second"))
            // The first one is still there for its clients.
            let client = try HyperfedProgram.start(
                ["client", "--connect", "ipc://\(folder.path)/s"], in: folder)
            #expect(try first.end(within: 60).exitCode == 0)
            #expect(try client.end(within: 10).exitCode == 0)

            let third = try Self.coordinator(folder, "third")
            #expect(eventually(within: 20) { Self.waits(third) })
            third.signal(SIGKILL)
            _ = try third.end(within: 10)
            try #require(folder.has("s"))
            let fourth = try Self.coordinator(folder, "fourth")
            #expect(eventually(within: 20) { Self.waits(fourth) })
            #expect(fourth.isRunning, "\(fourth.errors)")
            fourth.signal(SIGINT)
            #expect(try fourth.end(within: 5).exitCode == 130)
        }

        @Test func `are not bound over another file`() throws {
            let folder = try TemporaryFolder()
            try folder.write("s", "precious")
            let ending = try Self.coordinator(folder, "first").end(within: 20)
            #expect(ending.exitCode == 2)
            #expect(ending.errors.contains("File exists"), "\(ending.errors)")
            #expect(folder.text("s") == "precious")
        }
    }
}
