import Report
import Testing

@Suite struct `Summary tables for papers` {
    @Test func `no character of a name has a meaning for LaTeX`() {
        #expect(
            PlainSummary.latex("100 % of a_b & {x} \\ #1 $ ~ ^ < > |")
                == "100 \\% of a\\_b \\& \\{x\\} \\textbackslash{} \\#1 \\$ \\textasciitilde{}"
                + " \\textasciicircum{} \\textless{} \\textgreater{} \\textbar{}")
        #expect(
            PlainSummary.latex("−0.5\u{202F}%, p ≥ 0.05, “a”")
                == "$-$0.5\\,\\%, p $\\geq$ 0.05, ``a''")
        #expect(PlainSummary.latex("a\u{1}b\n") == "a b ")
        #expect(PlainSummary.latex("[\"a\"] *") == "{[}\\char34{}a\\char34{}] {*}")
    }

    @Test func `no character of a name has a meaning for Markdown`() {
        #expect(
            PlainSummary.markdown("a|b *c* _d_ `e` [f] <g> & \\")
                == "a\\|b \\*c\\* \\_d\\_ \\`e\\` \\[f\\] &lt;g&gt; &amp; \\\\")
    }
}
