import TestSupport
import Testing

extension `The program` {
    @Suite(.enabled(if: `The program`.hasPython(), "python3 is not installed"))
    struct `Traces of other tools` {
        private static func convert(_ words: [String], in folder: TemporaryFolder) throws
            -> HyperfedProgram.Ending
        {
            try RunningProgram(
                "/usr/bin/env",
                ["python3", "\(SourceTree.root)/Scripts/convert-trace"] + words, in: folder
            ).end(within: 60)
        }

        @Test func `FedScale's dictionaries become windows`() throws {
            let folder = try TemporaryFolder()
            let code = """
                import pickle, sys
                own = {7: {'active': [10, 100], 'inactive': [50, 400], 'finish_time': 300},
                       3: {'active': [0, 20], 'inactive': [20, 60], 'finish_time': 300},
                       5: {'active': [], 'inactive': [], 'finish_time': 300}}
                pickle.dump(own, open(sys.argv[1], 'wb'))
                """
            _ = try `The program`.python(code, [folder.path("trace")])
            let ending = try Self.convert(["fedscale", "trace", "2"], in: folder)
            #expect(ending.exitCode == 0 && ending.errors == "period: 300\n")
            #expect(ending.output == "client,from,to\n0,0,60\n1,10,50\n1,100,300\n")
            let few = try Self.convert(["fedscale", "trace", "3"], in: folder)
            #expect(few.exitCode == 1 && few.errors.contains("found those of 2"))
        }

        @Test func `FLGo's pings become windows`() throws {
            let folder = try TemporaryFolder()
            try folder.write("pings.csv", "id,timestamp\n4,1000\n4,1015\n4,1060\n2,1015\n")
            let ending = try Self.convert(["flgo", "pings.csv", "2"], in: folder)
            #expect(ending.exitCode == 0 && ending.errors == "period: 75\n")
            #expect(ending.output == "client,from,to\n0,15,30\n1,0,30\n1,60,75\n")
        }
    }
}
