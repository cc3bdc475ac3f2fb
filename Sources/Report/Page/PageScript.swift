import Bytes

/// The script of the page: values under the pointer. The page is complete without it.
enum PageScript {
    /// The script. Names reach the page as text, never as markup.
    static let text = """
        for (const svg of document.querySelectorAll("svg[data-h]")) {
          const values = JSON.parse(svg.dataset.h), [low, high] = values.a;
          const [left, right, top, bottom] = svg.dataset.p.split(",").map(Number);
          let list, line;
          const end = () => { list?.remove(); line?.remove(); list = line = null; };
          svg.addEventListener("pointerleave", end);
          svg.addEventListener("pointermove", event => {
            const box = svg.getBoundingClientRect();
            const x = (event.clientX - box.left) * svg.viewBox.baseVal.width / box.width;
            if (x < left || x > right) return end();
            const share = (x - left) / (right - left);
            const at = values.log ? low * (high / low) ** share : low + share * (high - low);
            if (!list) {
              list = document.body.appendChild(document.createElement("div"));
              list.className = "tip";
              line = svg.appendChild(document.createElementNS(svg.namespaceURI, "path"));
              line.setAttribute("class", "cursor");
            }
            line.setAttribute("d", `M${x} ${top}V${bottom}`);
            const rows = [];
            for (const [name, role, xs, ys] of values.s) {
              const next = xs.findIndex(v => v >= at);
              if (next >= 0) rows.push([name, role, ys[next]]);
            }
            rows.sort((a, b) => b[2] - a[2]);
            const head = document.createElement("b");
            head.textContent = `${values.x}: ${+at.toPrecision(3)}`;
            list.replaceChildren(head, ...rows.map(([name, role, value]) => {
              const row = document.createElement("div");
              row.className = `row ${role}`;
              for (const text of [name, +value.toPrecision(4)]) {
                row.appendChild(document.createElement("span")).textContent = text;
              }
              return row;
            }));
            const far = Math.max(8, innerWidth - list.offsetWidth - 8);
            list.style.left = Math.min(event.clientX + 16, far) + "px";
            list.style.top = event.clientY + 16 + "px";
          });
        }

        """

    /// What a page may load: its own style and pictures in it, and this script, by its digest.
    static let policy =
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-"
        + Base64.text(SHA256.digest(of: text)) + "'; base-uri 'none'; form-action 'none'"
}
