import TestSupport
import Testing

extension `House rules` {
    private static let generated = ["ClientSchedulers.md", "Glossary.md", "ServerSide.md"]

    /// A folder with the pages as they are in the project.
    private static func copyOfPages() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for page in generated {
            try folder.write("pages/\(page)", SourceTree.text(of: "Documentation/\(page)") ?? "")
        }
        return folder
    }

    private static func makePages(_ folder: TemporaryFolder) throws -> HyperfedProgram.Ending {
        try HyperfedProgram.run(["list", "--pages", "pages"], in: folder)
    }

    /// Rules and keys are in the pages because a command writes them, not because someone pastes
    /// rows. A rule that is registered while nobody ran the command fails here.
    @Test(arguments: generated)
    func `the generated parts of a page are what the program says`(page: String) throws {
        let folder = try Self.copyOfPages()
        let ending = try Self.makePages(folder)
        #expect(ending.exitCode == 0 && ending.errors.isEmpty, "\(ending.errors)")
        func lines(_ text: String) -> [Substring] {
            text.split(separator: "\n", omittingEmptySubsequences: false)
        }
        let printed = lines(folder.text("pages/\(page)"))
        let written = lines(SourceTree.text(of: "Documentation/\(page)") ?? "")
        guard printed != written else { return }
        let same = zip(printed, written).prefix { $0 == $1 }.count
        Self.object(
            "Documentation/\(page)", same + 1,
            "the program says something else; run 'make pages'")
    }

    @Test func `only the generated parts of pages are written, and only if they differ`() throws {
        let folder = try Self.copyOfPages()
        #expect(try Self.makePages(folder).output == "every page is as the program says\n")

        let page = folder.text("pages/ServerSide.md")
        let row = "| `fedexp` | Jhunjhunwala et al. 2023 |"
        #expect(page.contains(row))
        let other = page.replacing(row, with: "| `fedex` | nobody |") + "A last line by hand.\n"
        try folder.write("pages/ServerSide.md", other)
        let ending = try Self.makePages(folder)
        #expect(ending.output == "pages/ServerSide.md: written anew\n")
        #expect(folder.text("pages/ServerSide.md") == page + "A last line by hand.\n")
    }

    @Test func `a page without its two lines is refused, and no page is written`() throws {
        let folder = try Self.copyOfPages()
        let page = folder.text("pages/ServerSide.md")
        try folder.write(
            "pages/ServerSide.md", page.replacing("<!-- end server schedulers -->\n", with: ""))
        try folder.write("pages/Glossary.md", "")
        let ending = try Self.makePages(folder)
        #expect(ending.exitCode == 2 && ending.output.isEmpty)
        #expect(
            ending.errors == """
                error: pages/ServerSide.md: expected the lines '<!-- begin server schedulers, \
                written by 'make pages' -->' and '<!-- end server schedulers -->', found no such \
                pair; put them around the table of server schedulers

                """)
        #expect(folder.text("pages/Glossary.md").isEmpty)
    }

    @Test func `a folder without pages is an error, and so is a second request`() throws {
        let folder = try TemporaryFolder()
        let missing = try Self.makePages(folder)
        #expect(missing.exitCode != 0)
        #expect(missing.errors.contains("pages/ClientSchedulers.md"))
        let two = try HyperfedProgram.run(["list", "--pages", "pages", "sgd"], in: folder)
        #expect(two.exitCode == 2)
        #expect(
            two.errors.hasPrefix("Error: --pages: expected no other request, found 'sgd'"))
    }
}
