import Glibc

/// The control groups of Linux, which containers and job schedulers use to limit memory.
package enum ControlGroup {
    /// Returns the smallest memory limit of all groups of this process, in bytes. Returns nil
    /// if none has a limit. Both versions of control groups are read.
    ///
    /// - Parameter root: a prefix of all paths, for tests.
    package static func memoryLimit(root: String = "") -> Double? {
        guard let mounts = try? Files.read("\(root)/proc/self/mountinfo"),
            let groups = try? Files.read("\(root)/proc/self/cgroup")
        else { return nil }
        var limits: [Double] = []
        for line in mounts.split(separator: "\n") {
            guard let mount = Mount(line), let group = mount.group(in: groups) else { continue }
            limits += Self.limits(
                from: root + mount.path, down: group, mount.isSecond)
        }
        return limits.min()
    }

    /// Returns the limits of a group and of the groups around it. Each limit applies to all groups
    /// inside.
    private static func limits(from mount: String, down group: String, _ isSecond: Bool) -> [Double]
    {
        let file = isSecond ? "memory.max" : "memory.limit_in_bytes"
        var folder = mount
        var limits = [limit("\(folder)/\(file)")]
        for name in group.split(separator: "/") {
            folder += "/" + name
            limits.append(limit("\(folder)/\(file)"))
        }
        return limits.compactMap(\.self)
    }

    private static func limit(_ path: String) -> Double? {
        guard let text = try? Files.read(path),
            let bytes = Double(text.prefix { $0.isNumber }), bytes < 0x1p60
        else { return nil }
        return bytes
    }

    private struct Mount {
        /// The part of the hierarchy that is mounted.
        let root: String
        let path: String
        let isSecond: Bool

        /// Reads a line of the form "36 25 0:32 ROOT PATH rw,… … - TYPE SOURCE OPTIONS". The result
        /// is nil if the mount does not limit memory.
        init?(_ line: Substring) {
            let fields = line.split(separator: " ")
            guard let dash = fields.firstIndex(of: "-"), dash > 4, fields.count > dash + 3 else {
                return nil
            }
            let isFirst = fields[dash + 1] == "cgroup"
            isSecond = fields[dash + 1] == "cgroup2"
            guard
                isSecond || isFirst && fields[dash + 3].split(separator: ",").contains("memory")
            else { return nil }
            (root, path) = (String(fields[3]), String(fields[4]))
        }

        /// Returns the group of this process below the mount, from a line "4:memory:/GROUP" or
        /// "0::/GROUP". If the group is not below the mount, returns the mounted group itself.
        func group(in groups: String) -> String? {
            for line in groups.split(separator: "\n") {
                let parts = line.split(
                    separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
                guard parts.count == 3,
                    isSecond
                        ? parts[0] == "0" && parts[1].isEmpty
                        : parts[1].split(separator: ",").contains("memory")
                else { continue }
                let group = String(parts[2])
                if root == "/" { return group.contains("..") ? "" : group }
                return group.hasPrefix(root) ? String(group.dropFirst(root.count)) : ""
            }
            return nil
        }
    }
}
