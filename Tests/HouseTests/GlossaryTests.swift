import TestSupport
import Testing

extension `House rules` {
    private static func glossary() throws -> String {
        let ending = try HyperfedProgram.run(["list", "--markdown"], in: TemporaryFolder())
        #expect(ending.exitCode == 0 && ending.errors.isEmpty)
        return ending.output
    }

    /// One row of each kind of key. What the rows mean stands in the code, so only their beginnings
    /// are here.
    @Test(arguments: [
        "| `seed` | integer, between 0 and 18446744073709551615 | `1` | ",
        "| `data.dataset` | one of the [data sets](#data-sets) | — | ",
        "| `clients.devices.dropout` | number, at least 0 and less than 1 | `0.0` | ",
        "| `clients.transport` | `ipc` or `tcp` | `ipc` | ",
        "| `data.skew.alpha` | `dirichlet`, `feature_bins` | number, between 1e-06 and 1000000000 | `0.5` | ",
        "| `client.scheduler.levels` | `tower` | list of [levels of a tower](#levels-of-a-tower)",
        "| `client.scheduler.levels.momentum` | `sgd` | number, ",
        "| `client.scheduler.mu` | `marthe` with `form: released_code` | number, ",
        "| `client.scheduler.hypergradient_clip` | `rtho` without `form: released_code`, ",
        "| `server.scheduler.local` | `combined` | ",
        "| `compare.target` | number, greater than 0 and at most 1 | — | ",
        "| `compare.quick.studies` | list of texts | — | ",
        "| `compare.draw.KEY.log_uniform` | list of two numbers, greater than 0 | — | ",
    ])
    func `the glossary has every sort of key`(start: String) throws {
        let lines = try Self.glossary().split(separator: "\n")
        #expect(lines.contains { $0.hasPrefix(start) && $0.hasSuffix(" |") })
    }

    @Test func `the list of keys has those of compare, too`() throws {
        let ending = try HyperfedProgram.run(["list", "keys"], in: TemporaryFolder())
        for key in ["compare.seeds", "compare.baseline", "compare.studies", "output.missing"] {
            #expect(ending.output.contains("\n  \(key) "), "\(key)")
        }
    }

    @Test func `a page of one kind is refused`() throws {
        let ending = try HyperfedProgram.run(
            ["list", "--markdown", "sgd"], in: TemporaryFolder())
        #expect(ending.exitCode == 2)
        #expect(
            ending.errors.hasPrefix("Error: --markdown: expected no kind beside it, found 'sgd'"))
    }
}
