import ArgumentParser
import Simulation

struct Resume: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Go on with what is in a folder: run what is missing of a comparison.",
        discussion: """
            Needs nothing but the folder and the data: a comparison's folder has its scenario and \
            the changes of the command line.
            """)

    @Argument(help: "The folder of a comparison.")
    var folder: String

    @Flag(help: "No progress, only warnings and results.")
    var quiet = false

    @OptionGroup var form: FormatOptions
    @OptionGroup var place: InProcessOption
    @OptionGroup var retry: RetryOption

    func run() throws {
        guard ComparisonFile.isIn(folder) else {
            throw UsageError(
                "\(folder): expected the folder of a comparison, found no comparison.json")
        }
        try ResumeComparison(
            folder: folder, quiet: quiet, inProcess: place.inProcess,
            retriesFailed: retry.retryFailed, form: form
        ).run()
    }
}
