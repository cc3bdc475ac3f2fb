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
    let launcher: LauncherOptions
    var shard: ComparisonOptions.Shard?
    /// The queue of Slurm; nil if the runs do not go there.
    var submission: Submission?

    /// Plans the runs again, from the scenario and the command line that the folder has, and runs
    /// those that are missing or unfinished.
    func run() throws {
        let source = try ComparisonFile(reading: folder).source
        let plan =
            submission != nil ? .local : try LaunchPlan(launcher, folder: folder) { 1 }
        // A job of one run gives it all processors; several runs share them.
        let processes = processes ?? (shard == nil ? nil : plan.processes)
        let file = try ScenarioFile(
            text: source.text, file: source.file, workingFolder: source.workingFolder,
            overrides: source.changes
                + (processes.map { [.init("clients.processes", $0, option: "--processes")] } ?? []))
        let studies = try Preparation.studies(
            file.studies(named: source.studies, isQuick: source.isQuick))
        var options = RunOptions(folder: folder, quiet: quiet, inProcess: inProcess)
        plan.apply(to: &options)
        let runner = ComparisonRunner(
            studies: studies, source: source, options: options,
            mode: ComparisonOptions(
                continues: true, retriesFailed: retriesFailed, shard: shard,
                isWhole: source.studies == nil),
            form: form, jobs: jobs, report: report, plan: plan)
        if let submission { return try runner.submit(submission) }
        try plan.execute { try ComparisonRunner.run([runner]) }
    }
}
