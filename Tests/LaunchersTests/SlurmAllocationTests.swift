import Launchers
import Testing

@Suite struct `A Slurm allocation` {
    private static let variables = [
        "SLURM_JOB_ID": "12", "SLURM_JOB_CPUS_PER_NODE": "4(x2),2", "SLURMD_NODENAME": "n1",
    ]

    private func allocation(_ more: [String: String] = [:]) throws -> SlurmAllocation {
        let all = Self.variables.merging(more) { $1 }
        return try #require(SlurmAllocation { all[$0] })
    }

    @Test func `is read from the environment`() throws {
        let found = try allocation(["SLURM_NTASKS": "3", "SLURM_RESTART_COUNT": "2"])
        #expect(found.job == "12" && found.processors == [4, 4, 2] && found.nodes == 3)
        #expect(found.tasks == 3 && found.node == "n1" && found.restarts == 2)
        #expect(SlurmAllocation { _ in nil } == nil)
        #expect(SlurmAllocation { ["SLURM_JOB_ID": ""][$0] } == nil)
    }

    @Test(arguments: [
        "", "x", "4(x", "4(x0)", "4,,2", "1(x99999999)", "-1", "99999999999999999999",
    ])
    func `with unreadable processors has one node`(_ text: String) throws {
        #expect(try allocation(["SLURM_JOB_CPUS_PER_NODE": text]).processors == [1])
    }

    @Test func `has a client process for each task, else for each processor`() throws {
        #expect(try allocation().clientCount(nodes: nil, tasksPerNode: nil) == 10)
        let tasks = try allocation(["SLURM_NTASKS": "3"])
        #expect(try tasks.clientCount(nodes: nil, tasksPerNode: nil) == 3)
        #expect(try tasks.clientCount(nodes: nil, tasksPerNode: 2) == 6)
        #expect(try tasks.clientCount(nodes: 2, tasksPerNode: 1) == 2)
        // Within a step the tasks are those of the step, so those of the job come by another way.
        let step = try allocation(["SLURM_NTASKS": "1", SlurmAllocation.tasksVariable: "3"])
        #expect(try step.clientCount(nodes: nil, tasksPerNode: nil) == 3)
        let wide = try allocation(["SLURM_CPUS_PER_TASK": "2"])
        #expect(try wide.clientCount(nodes: nil, tasksPerNode: nil) == 5)
    }

    @Test func `has no more nodes and processors than it has`() throws {
        let error = #expect(throws: LauncherError.self) {
            try allocation().clientCount(nodes: nil, tasksPerNode: 3)
        }
        #expect(
            error?.description == "--tasks-per-node: expected at most 2 tasks on each node"
                + " (job 12), found 3; ask for a larger job, or lower --tasks-per-node")
        let nodes = #expect(throws: LauncherError.self) {
            try allocation().clientCount(nodes: 4, tasksPerNode: nil)
        }
        #expect(
            nodes?.description == "--nodes: expected at most 3 nodes (job 12), found 4;"
                + " ask for a larger job, or lower --nodes")
    }
}
