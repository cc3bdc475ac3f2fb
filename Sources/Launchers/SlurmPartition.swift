/// A partition of a Slurm cluster, as `sinfo` lists it.
public struct SlurmPartition: Equatable, Sendable {
    /// The name of the partition in Slurm.
    public let name: String
    /// Whether jobs without a partition run in this one.
    public let isDefault: Bool
    /// The processors of its smallest node; nil if Slurm does not say.
    public let processors: Int?

    /// Reads lines of the form `NAME|PROCESSORS`. The default partition has a `*` at its name, and
    /// processors a `+` if some nodes have more. A partition can have several lines.
    public static func all(in text: String) -> [SlurmPartition] {
        var all: [SlurmPartition] = []
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "|", omittingEmptySubsequences: false)
            let isDefault = parts[0].hasSuffix("*")
            let name = String(isDefault ? parts[0].dropLast() : parts[0])
            let processors = parts.count > 1 ? Int(parts[1].prefix { $0.isNumber }) : nil
            if let index = all.firstIndex(where: { $0.name == name }) {
                let least = [all[index].processors, processors].compactMap(\.self).min()
                all[index] = SlurmPartition(name: name, isDefault: isDefault, processors: least)
            } else {
                all.append(
                    SlurmPartition(name: name, isDefault: isDefault, processors: processors))
            }
        }
        return all
    }

    /// Returns the processors of the smallest node that a job can get.
    ///
    /// - Parameter names: the value of `--partition`: one partition or more, with commas between
    ///   them. Nil stands for the default one.
    /// - Throws: `LauncherError` if there is no partition of a name.
    public static func processors(
        of names: String?, in all: [SlurmPartition]
    ) throws(LauncherError) -> Int? {
        guard let names else { return all.first(where: \.isDefault)?.processors }
        var least: Int?
        for name in names.split(separator: ",", omittingEmptySubsequences: false) {
            guard let one = all.first(where: { $0.name == name }) else {
                throw LauncherError(
                    "--partition",
                    expected: "one of \(all.map(\.name).joined(separator: ", "))",
                    found: "'\(name)'", advice: "name one of these, or leave it out")
            }
            least = [least, one.processors].compactMap(\.self).min()
        }
        return least
    }
}
