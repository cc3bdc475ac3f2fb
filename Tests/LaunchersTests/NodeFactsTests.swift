import Launchers
import Testing

@Suite struct `The facts of a node` {
    private func facts(
        program: String = "1 build a", seconds: Double = 1000, hasFolder: Bool = true
    ) -> NodeFacts {
        NodeFacts(host: "n2", program: program, seconds: seconds, hasFolder: hasFolder)
    }

    private func problem(_ facts: NodeFacts) -> String? {
        do throws(LauncherError) {
            try facts.check(program: "1 build a", folder: "/r", asked: 995, answered: 1010)
            return nil
        } catch {
            return error.description
        }
    }

    @Test func `pass as a line among others`() {
        let line = facts(hasFolder: false).line
        #expect(NodeFacts(line: line) == facts(hasFolder: false))
        for text in ["", "Welcome to n2", "hyperfed-node\tn2", line + "\tmore"] {
            #expect(NodeFacts(line: text) == nil, "\(text)")
        }
    }

    @Test(arguments: [(996.0, true), (1069, true), (936, true), (1072, false), (934, false)])
    func `allow a minute between clocks`(_ seconds: Double, isRight: Bool) {
        #expect((problem(facts(seconds: seconds)) == nil) == isRight)
    }

    @Test func `say what is different`() {
        #expect(
            problem(facts(seconds: 1110)) == "clock of n2: expected the coordinator's time within"
                + " 60 s, found 100 seconds ahead; set the clocks, such as by NTP, or leave the"
                + " node out with --sbatch exclude=NODE")
        #expect(
            problem(facts(hasFolder: false)) == "/r: expected a folder that all nodes see, found"
                + " none on n2; choose an --output on a shared file system")
        #expect(
            problem(facts(program: "1 build b")) == "hyperfed on n2: expected 1 build a, found"
                + " 1 build b; use the same program file with the same libraries on all nodes")
    }
}
