import TestSupport
import Testing

extension `The program` {
    /// What a person sees in a terminal: a pseudo-terminal, read by a small model of one.
    @Suite(.enabled(if: hasPython("pty"))) struct `In a terminal` {
        /// Starts a program in a pseudo-terminal and passes on what it writes. Arguments: columns,
        /// then actions such as `3:interrupt` or `3:columns=50`, each with the number of drawings
        /// before it, then `--` and the program.
        private static let terminal = """
            import fcntl, os, pty, select, struct, sys, termios
            split = sys.argv.index("--")
            columns, actions = int(sys.argv[1]), [a.split(":") for a in sys.argv[2:split]]
            child, terminal = pty.fork()
            if child == 0:
                os.execv(sys.argv[split + 1], sys.argv[split + 1:])
            def resize(columns):
                size = struct.pack("HHHH", 24, columns, 0, 0)
                fcntl.ioctl(terminal, termios.TIOCSWINSZ, size)
            resize(columns)
            drawings = 0
            while True:
                try:
                    data = os.read(terminal, 65536)
                except OSError:
                    break
                if not data:
                    break
                os.write(1, data)
                drawings += data.count(b"\\x1b[?7l")
                # A terminal drops what waits for it when Ctrl-C is pressed: read all before.
                while actions and drawings >= int(actions[0][0]):
                    if select.select([terminal], [], [], 0)[0]:
                        break
                    action = actions.pop(0)[1]
                    if action == "interrupt":
                        os.write(terminal, b"\\x03")
                    else:
                        os.write(1, ("\\x00" + action).encode())
                        resize(int(action.split("=")[1]))
            sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
            """

        private struct Session {
            let exitCode: Int32
            /// All that the program wrote.
            let text: String
            /// What the screen showed before each drawing, and at the end.
            var frames: [[String]] = []
            let screen: TerminalScreen

            init(
                _ words: [String], columns: Int, actions: [String] = [], rounds: Int,
                environment: [String: String] = [:]
            ) throws {
                let folder = try TemporaryFolder()
                try folder.write(
                    "small.yaml",
                    `The program`.scenario + """

                        compare:
                          variants: { client-side: {}, b: { client.scheduler: constant } }
                        """)
                let program = try RunningProgram(
                    "/usr/bin/env",
                    ["python3", "-c", terminal, "\(columns)"] + actions + ["--"]
                        + [try HyperfedProgram.path()] + words
                        + ["small.yaml", "--output", "o", "--in-process", "--rounds", "\(rounds)"],
                    in: folder,
                    environment: [
                        "TERM": "xterm", "LC_ALL": "C.UTF-8",
                        "HYPERFED_CACHE": folder.path("cache"),
                    ].merging(environment) { $1 })
                let ending = try program.end(within: 60)
                exitCode = ending.exitCode
                text = ending.output
                var screen = TerminalScreen(columns: columns)
                let start = "\u{1B}[?7l"
                let pieces = text.split(separator: start, omittingEmptySubsequences: false)
                for (index, piece) in pieces.enumerated() {
                    frames.append(screen.lines)
                    screen.write((index > 0 ? start : "") + piece)
                }
                self.screen = screen
            }

            /// Expects that no drawn line is left, and that the terminal is as it was.
            func expectClean() {
                #expect(screen.wraps && screen.unknown.isEmpty && screen.column == 0)
                #expect(!screen.lines.contains { $0.contains(/[━─]|###|run \d+ of/) })
                #expect(screen.lines.last == "")
            }
        }

        @Test(.slow, arguments: [40, 80, 120])
        func `a comparison draws its lines in place, within the width`(columns: Int) throws {
            let session = try Session(
                ["compare", "--jobs", "2"], columns: columns, rounds: 1500)
            #expect(session.exitCode == 0)
            session.expectClean()
            // One line for all, and at most one for each of two runs.
            let drawn = session.frames.filter { $0.contains { $0.contains(/run \d of 2/) } }
            #expect(!drawn.isEmpty)
            for frame in drawn {
                let first = frame.firstIndex { $0.contains(/run \d of 2/) } ?? 0
                #expect(frame[first].hasPrefix("small  "))
                #expect((1...2).contains(frame[(first + 1)...].count), "\(frame)")
                #expect(frame[first...].allSatisfy { $0.unicodeScalars.count < columns })
                #expect(frame[(first + 1)...].allSatisfy { $0.contains("/1500 ") })
            }
            #expect(drawn.contains { $0.contains { $0.contains("━") } } == (columns > 40))
            // The last line of each run stays.
            let screen = session.screen.lines.joined(separator: "\n")
            #expect(screen.contains("1500/1500"))
            if columns == 120 { #expect(screen.contains("[1/2] client-side, seed 7")) }
        }

        @Test(arguments: ["compare", "run"])
        func `Ctrl-C leaves no rest of a line`(command: String) throws {
            let session = try Session(
                [command], columns: 80, actions: ["3:interrupt"], rounds: 1_000_000)
            #expect(session.exitCode == 130)
            session.expectClean()
            let last = session.screen.lines.filter { $0.contains("error: ") }
            #expect(last.count == 1 && last[0].hasPrefix("error: "), "\(session.screen.lines)")
            #expect(session.text.contains("^C"))
            // A run that ended early has not done all of its work.
            #expect(!session.screen.lines.contains { $0.hasPrefix("100 %") })
        }

        @Test func `a terminal that became narrower gets shorter lines`() throws {
            let session = try Session(
                ["run"], columns: 100, actions: ["3:columns=50", "6:interrupt"], rounds: 1_000_000)
            #expect(session.exitCode == 130)
            let parts = session.text.split(separator: "\u{0}columns=50")
            #expect(parts.count == 2 && parts[0].contains("─"))
            var screen = TerminalScreen(columns: 100)
            screen.write(String(parts[0]))
            let drawings = parts[1].split(separator: "\u{1B}[?7l").dropFirst()
            #expect(drawings.count >= 3)
            for drawing in drawings {
                screen.write(String(drawing))
                #expect(screen.lines[screen.row].unicodeScalars.count < 50)
            }
        }

        @Test func `without control of the cursor there are plain lines`() throws {
            for environment in [["TERM": "dumb"], ["TERM": "dumb", "NO_COLOR": "1"]] {
                let session = try Session(
                    ["compare"], columns: 80, rounds: 5, environment: environment)
                #expect(session.exitCode == 0 && !session.text.contains("\u{1B}"))
                #expect(session.text.contains("[2/2] b, seed 7  5/5 rounds  accuracy "))
            }
        }

        @Test func `there are no colours, and only ASCII where the locale has no more`() throws {
            let session = try Session(
                ["compare"], columns: 80, rounds: 1500,
                environment: ["NO_COLOR": "1", "LC_ALL": "C"])
            #expect(session.exitCode == 0 && session.text.contains("[?7l"))
            #expect(!session.text.contains(/\u{1B}\[[0-9;]*m/))
            let drawn = session.frames.joined().filter { $0.contains("/1500 ") }
            #expect(!drawn.isEmpty && drawn.allSatisfy { $0.allSatisfy(\.isASCII) })
            session.expectClean()
        }

        @Test func `--quiet draws nothing`() throws {
            let session = try Session(["run", "--quiet"], columns: 80, rounds: 1500)
            #expect(session.exitCode == 0 && !session.text.contains("\u{1B}"))
            #expect(!session.text.contains("1500/1500"))
        }
    }
}
