import Launchers
import Testing

@Suite struct `A request for a Slurm job` {
    @Test func `is a script that becomes the command`() {
        var request = SlurmRequest(
            name: "small", nodes: 2, tasksPerNode: 4, command: ["/bin/hyperfed", "resume", "/r"])
        request.partition = "main"
        request.time = "1:00:00"
        request.account = "lab"
        #expect(
            request.script == """
                #!/bin/sh
                #SBATCH --job-name=small
                #SBATCH --nodes=2
                #SBATCH --ntasks-per-node=4
                #SBATCH --partition=main
                #SBATCH --time=1:00:00
                #SBATCH --account=lab
                #SBATCH --requeue
                #SBATCH --no-kill
                #SBATCH --open-mode=append
                #SBATCH --signal=B:TERM@60
                exec /bin/hyperfed resume /r

                """)
    }

    @Test func `has its array as ranges, with a limit`() {
        var request = SlurmRequest(name: "c", nodes: 1, tasksPerNode: 1, command: ["true"])
        request.array = [1, 2, 3, 7, 9, 10]
        #expect(request.script.contains("#SBATCH --array=1-3,7,9-10\n"))
        request.mostAtOnce = 4
        #expect(request.script.contains("#SBATCH --array=1-3,7,9-10%4\n"))
    }

    @Test func `takes any other option, which replaces its own`() throws {
        var request = SlurmRequest(name: "c", nodes: 1, tasksPerNode: 1, command: ["true"])
        request.options = try ["mem=4G", "--exclusive", "signal=B:TERM@300", "comment=a b"]
            .map { try SlurmRequest.Option($0) }
        let lines = request.script.split(separator: "\n")
        #expect(lines.contains("#SBATCH --mem=4G") && lines.contains("#SBATCH --exclusive"))
        #expect(lines.filter { $0.contains("--signal") } == ["#SBATCH --signal=B:TERM@300"])
        #expect(lines.contains("#SBATCH --comment=\"a b\""))
    }

    @Test(arguments: ["", "=4", "a", "Mem=4", "mem=4\n#SBATCH --x=1", "nodes=3", "array=1-4"])
    func `refuses what is no option, or its own`(_ text: String) {
        #expect(throws: LauncherError.self) { try SlurmRequest.Option(text) }
    }
}
