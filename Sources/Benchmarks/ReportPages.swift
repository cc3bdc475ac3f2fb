import Report
import Reporting
import Simulation
import Statistics

/// Prints the seconds and the memory of the report of 1,000 runs, and the size of its page. Then
/// the same curves are drawn with pandas and matplotlib.
func reportPages(_ tell: (String) -> Void) throws {
    let folder = try PrivateFolder()
    let comparison = GeneratedComparison()
    try comparison.write(to: folder.path)
    let page = "\(folder.path)/\(ReportPage.fileName)"
    var seconds: [Double] = []
    let before = PeakMemory.reset()
    for _ in 0..<3 {
        let started = monotonicSeconds()
        _ = try ReportPage.write([folder.path], to: page)
        seconds.append(monotonicSeconds() - started)
    }
    let memory = PeakMemory.mebibytes()
    let bytes = try Files.read(page, most: 1 << 28).utf8.count
    let own = median(seconds) ?? 0
    let runs = comparison.variants * comparison.seeds
    tell(
        "\(runs) runs of \(comparison.rounds) rounds: \(fixed(own, 2)) s, page"
            + " \(fixed(Double(bytes) / 1e6, 2)) MB")
    if let before, let memory {
        tell("peak memory \(fixed(memory, 0)) MiB, before \(fixed(before, 0)) MiB")
    }
    let output = try ChildProgram.output(of: [
        "env", "PYTHONDONTWRITEBYTECODE=1", "MPLBACKEND=Agg", "python3",
        "Scripts/yardsticks/pandas_curves.py", folder.path,
    ])
    guard let other = output.split(whereSeparator: \.isWhitespace).first.flatMap({ Double($0) })
    else {
        return tell(
            "pandas and matplotlib: not measured (python3 with both is not here, or not in the"
                + " project's folder)")
    }
    tell(
        "the same curves with pandas and matplotlib: \(fixed(other, 2)) s, \(fixed(other / own, 1))"
            + " times as long")
}

/// The largest resident memory of this process.
private enum PeakMemory {
    /// Starts a new measurement, if the system can.
    ///
    /// - Returns: the memory that is resident now, in MiB; nil if it is unknown.
    static func reset() -> Double? {
        try? Files.overwrite("/proc/self/clear_refs", with: Array("5".utf8))
        return mebibytes()
    }

    /// Returns the largest since then, in MiB; nil if it is unknown.
    static func mebibytes() -> Double? {
        guard let text = try? Files.read("/proc/self/status"),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") })
        else { return nil }
        return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap {
            Double($0).map { $0 / 1024 }
        }
    }
}
