import Simulation
import TestSupport
import Testing

@Suite struct `Memory limits of control groups` {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func system(mounts: String, groups: String, _ files: [String: String]) throws -> Double?
    {
        try folder.write("proc/self/mountinfo", mounts)
        try folder.write("proc/self/cgroup", groups)
        for (path, text) in files { try folder.write(path, text) }
        return ControlGroup.memoryLimit(root: folder.path)
    }

    private let second = "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw\n"
    private let first = """
        31 23 0:27 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct
        32 23 0:28 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory

        """

    @Test func `of the second version, the least of all groups around the process`() throws {
        let groups = "0::/system.slice/job.scope/step\n"
        let top = "sys/fs/cgroup/system.slice"
        #expect(
            try system(
                mounts: second, groups: groups,
                [
                    "\(top)/memory.max": "3000000000\n", "\(top)/job.scope/memory.max": "max\n",
                    "\(top)/job.scope/step/memory.max": "max\n",
                ]) == 3e9)
        #expect(
            try system(
                mounts: second, groups: groups,
                ["\(top)/job.scope/step/memory.max": "2000000000\n"]) == 2e9)
    }

    @Test func `of the first version, where no limit is a huge number`() throws {
        let groups = "5:cpu,cpuacct:/other\n4:memory:/docker/abc\n"
        let none = "9223372036854771712\n"
        #expect(
            try system(
                mounts: first, groups: groups,
                ["sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes": none]) == nil)
        #expect(
            try system(
                mounts: first, groups: groups,
                [
                    "sys/fs/cgroup/memory/memory.limit_in_bytes": none,
                    "sys/fs/cgroup/memory/docker/memory.limit_in_bytes": "536870912\n",
                ]) == 536_870_912)
    }

    /// Inside a container the group's path is that of the host, and only its own group is mounted.
    @Test(arguments: ["/docker/abc", "/"])
    func `of a container, whose own group is mounted`(root: String) throws {
        let mounts = "32 23 0:28 \(root) /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
        #expect(
            try system(
                mounts: mounts, groups: "4:memory:/docker/abc\n",
                ["sys/fs/cgroup/memory/memory.limit_in_bytes": "67108864\n"]) == 67_108_864)
    }

    @Test func `are none where nothing is known`() throws {
        #expect(ControlGroup.memoryLimit(root: folder.path) == nil)
        #expect(try system(mounts: "", groups: "", [:]) == nil)
        #expect(try system(mounts: "nonsense\n - \n", groups: ":\n::\nx", [:]) == nil)
        #expect(try system(mounts: second, groups: "0::/a\n", [:]) == nil)
        #expect(
            try system(
                mounts: second, groups: "0::/a\n", ["sys/fs/cgroup/a/memory.max": "many\n"])
                == nil)
    }
}
