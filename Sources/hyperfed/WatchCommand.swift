import ArgumentParser
import Report
import Simulation
import Watch

struct WatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Serve the report of runs that go on to a browser on this machine.",
        discussion: """
            Prints the address of the page. It has a random word in it, and a reader without \
            the word gets nothing. The page shows new rounds as they are written. It may be \
            started before, during and after the runs, and writes nothing. Ctrl-C ends it (exit \
            code 130).

              hyperfed watch runs/fashion-skewed

            For runs on another machine, give a port and pass it on with a secure shell:

              ssh -L 8765:127.0.0.1:8765 HOST hyperfed watch FOLDER --port 8765
            """)

    @Argument(help: "The folder of a run or a comparison, or one around several.")
    var folder: String

    @Option(help: "The port on the loopback interface; 0 for any free one.")
    var port: UInt16 = 0

    func run() throws {
        if Files.isFile(folder) {
            throw UsageError("\(folder): expected a folder, found a file; name the folder of a run")
        }
        let server = try open()
        writeOutput("\(RunList.progress(of: folder).sentence)\n\(server.address)\n")
        let folder = folder
        try server.serve(
            WatchedFolder(
                name: folder,
                signature: { FolderSignature.value(of: folder) },
                progress: {
                    let (sentence, runs) = RunList.progress(of: folder)
                    return WatchedFolder.Progress(
                        sentence: sentence,
                        runs: runs.map { WatchedFolder.Progress.Run(text: $0, share: $1) })
                },
                report: {
                    let folders = try RunList.reported(in: folder)
                    guard !folders.isEmpty else { return nil }
                    let page = ReportPage(try ReportData(folders), filesFolder: "report")
                    let files = page.files.map { ("report/\($0.name)", $0.text) }
                    return WatchedFolder.Report(
                        html: page.text, files: Dictionary(files) { first, _ in first })
                }),
            seconds: monotonicSeconds)
    }

    private func open() throws -> WatchServer {
        do {
            return try WatchServer(port: port)
        } catch PortProblem.inUse {
            throw UsageError(
                "--port: expected a free port, found \(port) in use by another program; choose"
                    + " another one, or 0 for any")
        } catch PortProblem.notAllowed {
            throw UsageError(
                "--port: expected a port that you may use, found \(port); choose one from 1024 on")
        } catch PortProblem.other(let reason) {
            throw UsageError(
                "--port: expected a port of the loopback interface, found an error (\(reason))")
        }
    }
}
