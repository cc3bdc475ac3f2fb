import Scenarios
import Simulation

/// Runs what is missing of a comparison, from its folder alone.
struct ResumeComparison {
    let folder: String
    var quiet = false
    var inProcess = false
    var processes: String?
    var retriesFailed = false
    let form: FormatOptions
    let jobs: JobsOption
    let report: ReportOption

    /// Plans the runs again, from the scenario and the command line that the folder has, and runs
    /// those that are missing or unfinished.
    func run() throws {
        let source = try ComparisonFile(reading: folder).source
        let file = try ScenarioFile(
            text: source.text, file: source.file, workingFolder: source.workingFolder,
            overrides: source.changes
                + (processes.map { [.init("clients.processes", $0, option: "--processes")] } ?? []))
        let studies = try Preparation.studies(
            file.studies(named: source.studies, isQuick: source.isQuick))
        try ComparisonRunner.run([
            ComparisonRunner(
                studies: studies, source: source,
                options: RunOptions(folder: folder, quiet: quiet, inProcess: inProcess),
                mode: ComparisonOptions(
                    continues: true, retriesFailed: retriesFailed,
                    isWhole: source.studies == nil),
                form: form, jobs: jobs, report: report)
        ])
    }
}
