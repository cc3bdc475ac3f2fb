import Reporting
import Simulation
import Statistics

/// Measures what encryption over tcp costs: the workload's rounds with keys against those without.
/// Both take turns, five times. Over ipc there is no encryption.
func encryption(_ tell: (String) -> Void) throws {
    let prepared = try Workload.prepare([("clients.transport", "tcp")])
    let local = try Workload.prepare()
    for processes in [2, 10] {
        var (ratios, locals): ([Double], [Double]) = ([], [])
        for _ in 0..<5 {
            let open = try timeRounds(prepared, processes: processes, security: .none)
            let encrypted = try timeRounds(prepared, processes: processes)
            let shared = try timeRounds(local, processes: processes)
            ratios.append(open.roundsPerSecond / encrypted.roundsPerSecond)
            locals.append(open.roundsPerSecond / shared.roundsPerSecond)
        }
        guard let ratio = median(ratios), let local = median(locals) else { return }
        tell(
            "\(processes) client processes: a round over tcp with keys takes"
                + " \(fixed(ratio, 2)) times as long as one without; one over ipc takes"
                + " \(fixed(local, 2)) times as long")
    }
}
