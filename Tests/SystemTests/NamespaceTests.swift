import Glibc
import TestSupport
import Testing

extension `The program` {
    /// Two namespaces with a cable between them; removed with this value.
    final class TwoNetworks {
        static let coordinatorAddress = "10.77.0.1"
        /// The names of the coordinator's and the clients' namespace.
        let names = ["hyperfed-a-\(getpid())", "hyperfed-b-\(getpid())"]

        static var isPermitted: Bool { (try? TwoNetworks()) != nil }

        init() throws {
            for name in names { try ip("netns add \(name)") }
            try ip("link add va netns \(names[0]) type veth peer name vb netns \(names[1])")
            for (index, device) in ["va", "vb"].enumerated() {
                try ip("-n \(names[index]) addr add 10.77.0.\(index + 1)/24 dev \(device)")
                try ip("-n \(names[index]) link set \(device) up")
                try ip("-n \(names[index]) link set lo up")
            }
        }

        deinit {
            for name in names { try? ip("netns del \(name)") }
        }

        /// Takes the cable out, or puts it in.
        func setCable(isIn: Bool) throws {
            try ip("-n \(names[1]) link set vb \(isIn ? "up" : "down")")
        }

        private func ip(_ words: String) throws {
            let ending = try RunningProgram(
                "/sbin/ip", words.split(separator: " ").map(String.init),
                in: TemporaryFolder()
            ).end(within: 10)
            try #require(ending.exitCode == 0, "\(ending.errors)")
        }

        /// Starts the program in one of the namespaces.
        func start(
            _ words: [String], in index: Int, _ folder: TemporaryFolder
        ) throws -> RunningProgram {
            try RunningProgram(
                "/sbin/ip",
                ["netns", "exec", names[index], try HyperfedProgram.path()] + words, in: folder,
                environment: ["HYPERFED_CACHE": folder.path("cache")])
        }
    }

    /// Coordinator and clients in two network namespaces: two machines, as the network shows them.
    @Suite(
        .slow, .enabled(if: TwoNetworks.isPermitted, "network namespaces are not permitted here"))
    struct `Two network namespaces` {
        private static let words = ["--rounds", "400", "--set", "training.local_epochs=20"]

        @Test func `with the cable out and in again give the bits of run`() throws {
            let folder = try KeyFolder.make()
            let network = try TwoNetworks()
            let run = try network.start(
                [
                    "coordinator", "small.yaml", "--output", "result", "--bind",
                    "tcp://\(TwoNetworks.coordinatorAddress):*", "--key", "k/coordinator.secret",
                    "--allow", "clients.txt",
                ] + Self.words, in: 0, folder)
            let endpoint = try Way(to: run).endpoint
            let clients = try ["one", "two"].map { name in
                try network.start(
                    [
                        "client", "--connect", endpoint, "--key", "k/\(name).secret",
                        "--server-key", "k/coordinator.public",
                    ], in: 1, folder)
            }
            try `The program`.waitForRounds(20, folder, run)
            try network.setCable(isIn: false)
            // Both sides notice it by the heartbeats of ZeroMQ, after five to six seconds.
            #expect(eventually(within: 20) { run.errors.contains("client process 1 left") })
            let rounds = `The program`.rounds(folder, "result")
            #expect(rounds < 400 && run.isRunning)
            try network.setCable(isIn: true)
            #expect(try run.end(within: 60).exitCode == 0, "\(run.errors)")
            for client in clients {
                let ending = try client.end(within: 10)
                #expect(ending.exitCode == 0, "\(ending.errors)")
            }
            let files = try RunFiles(folder, "result")
            let reference = try `The program`.files(`The program`.scenario, Self.words)
            #expect(files.difference(from: reference) == nil)
        }
    }
}
