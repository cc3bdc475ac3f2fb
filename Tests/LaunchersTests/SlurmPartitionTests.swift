import Launchers
import Testing

@Suite struct `Partitions of Slurm` {
    private static let all = SlurmPartition.all(in: "main*|16+\nmain*|8\ngpu|64\nodd|?\n")

    @Test func `are read from lines of sinfo`() {
        #expect(Self.all.map(\.name) == ["main", "gpu", "odd"])
        #expect(Self.all.map(\.processors) == [8, 64, nil])
        #expect(Self.all.map(\.isDefault) == [true, false, false])
        #expect(SlurmPartition.all(in: "") == [])
    }

    @Test(arguments: [(nil, 8), ("gpu", 64), ("gpu,main", 8), ("odd", nil)] as [(String?, Int?)])
    func `give the processors of the smallest node`(_ names: String?, processors: Int?) throws {
        #expect(try SlurmPartition.processors(of: names, in: Self.all) == processors)
    }

    @Test(arguments: ["foo", "", "gpu,", "main,foo"])
    func `are all named if one is not there`(_ names: String) {
        let error = #expect(throws: LauncherError.self) {
            try SlurmPartition.processors(of: names, in: Self.all)
        }
        #expect(error?.description.contains("expected one of main, gpu, odd, found '") == true)
    }
}
