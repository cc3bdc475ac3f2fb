import Bytes

/// The page around the report, its style and its script.
enum WatchPages {
    /// Returns the page around the report. Without scripts it is loaded again every five seconds.
    static func frame(_ name: String, _ edition: LiveReport.Edition) -> String {
        page(
            "\(name) - hyperfed watch",
            head: """
                <link rel="stylesheet" href="watch.css">
                <noscript><meta http-equiv="refresh" content="5"></noscript>

                """,
            body: """
                <p><span id="note" role="status">\(Markup.escaped(edition.note))</span>
                <a href="report.html" target="_blank" rel="noopener">only the report</a></p>
                <ul id="runs">\(list(edition.runs))</ul>
                <iframe id="report" title="Report of \(Markup.escaped(name))" src="report.html"
                data-version="\(edition.version)"></iframe>
                <script src="watch.js"></script>
                """)
    }

    /// Returns the page in place of a report that could not be made yet.
    static func empty(_ name: String, _ edition: LiveReport.Edition) -> String {
        page(
            name,
            body: """
                <h1>\(Markup.escaped(name))</h1>
                <p>\(Markup.escaped(edition.note)).</p>
                """)
    }

    private static func page(_ title: String, head: String = "", body: String) -> String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\(Markup.escaped(title))</title>
        \(head)</head>
        <body>
        \(body)
        </body>
        </html>

        """
    }

    private static func list(_ runs: [WatchedFolder.Progress.Run]) -> String {
        runs.map { run in
            "<li><progress value=\"\(run.share)\"></progress> \(Markup.escaped(run.text))</li>"
        }.joined()
    }

    static let style = """
        html, body { height: 100%; margin: 0; }
        body { display: flex; flex-direction: column; color-scheme: light dark;
          font: 15px/1.5 system-ui, "Liberation Sans", sans-serif; }
        p { margin: 0; padding: 4px 16px; border-bottom: 1px solid; display: flex; gap: 16px;
          justify-content: space-between; }
        ul { margin: 0; padding: 4px 16px; list-style: none; border-bottom: 1px solid;
          max-height: 30vh; overflow-y: auto; font-variant-numeric: tabular-nums; }
        ul:empty { display: none; }
        progress { width: 120px; margin-right: 8px; }
        a { white-space: nowrap; color: inherit; }
        iframe { flex: 1; width: 100%; border: 0; }

        """

    /// Asks for the state every two seconds, and for the report when it has changed. Then the place
    /// on the page, check boxes and open details stay as the reader left them.
    static let script = """
        "use strict";
        const frame = document.getElementById("report");
        const note = document.getElementById("note");
        const runs = document.getElementById("runs");
        let shown = frame.dataset.version, kept = null;

        // The parts of a page, by the figure or section around them and their number inside.
        function parts(page, kind) {
          const found = new Map(), counts = new Map();
          for (const part of page.querySelectorAll(kind)) {
            const around = part.id || (part.closest("[id]") || page.body).id;
            const count = counts.get(around) || 0;
            counts.set(around, count + 1);
            found.set(around + " " + count, part);
          }
          return found;
        }

        function keep() {
          const page = frame.contentDocument;
          if (!page) return null;
          const folds = [...parts(page, "details")].filter(([name, fold]) => fold.open);
          const boxes = [...parts(page, "input")].map(([name, box]) => [name, box.checked]);
          return { top: frame.contentWindow.scrollY, boxes, folds: folds.map(([name]) => name) };
        }

        frame.addEventListener("load", () => {
          const page = frame.contentDocument;
          if (!kept || !page) return;
          const folds = parts(page, "details"), boxes = parts(page, "input");
          for (const name of kept.folds) if (folds.has(name)) folds.get(name).open = true;
          for (const [name, checked] of kept.boxes) {
            const box = boxes.get(name);
            if (!box || box.checked === checked) continue;
            box.checked = checked;
            box.dispatchEvent(new Event("change", { bubbles: true }));
          }
          frame.contentWindow.scrollTo(0, kept.top);
        });

        function show(list) {
          runs.replaceChildren(...list.map(run => {
            const item = document.createElement("li");
            const bar = document.createElement("progress");
            bar.value = run.share;
            item.append(bar, " " + run.text);
            return item;
          }));
        }

        async function ask() {
          try {
            const answer = await fetch("state",
              { cache: "no-store", signal: AbortSignal.timeout(20000) });
            if (!answer.ok) throw new Error(answer.statusText);
            const state = await answer.json();
            note.textContent = state.note;
            show(state.runs);
            if (state.report !== shown) {
              kept = keep();
              shown = state.report;
              frame.src = "report.html";
            }
          } catch (error) {
            note.textContent = "hyperfed watch does not answer; start it again, or check the"
              + " connection";
          }
          setTimeout(ask, document.hidden ? 10000 : 2000);
        }

        setTimeout(ask, 2000);

        """
}
