import Charts

/// The style sheet of the page: light and dark by the reader's setting, phones, paper.
enum PageStyle {
    /// Returns the style sheet.
    ///
    /// - Parameter roles: how many roles of variants the page has, with the baseline.
    static func text(roles: Int) -> String {
        StyleSheet.variables + StyleSheet.rules(variants: roles) + text + tables + narrow + paper
    }

    private static let text = """
        :root{--sans:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,\
        "Liberation Sans",sans-serif;\
        --mono:ui-monospace,"SF Mono",Menlo,Consolas,"Liberation Mono",monospace}
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%}
        body{margin:0 auto;max-width:1168px;padding:28px 24px 40px;background:var(--bg);\
        color:var(--ink);font:15px/1.5 var(--sans)}
        h1,.title{font-size:30px;line-height:1.15;margin:0 0 6px;letter-spacing:-.01em;\
        overflow-wrap:anywhere;border:0;padding:0}
        h2{font-size:21px;line-height:1.25;margin:44px 0 14px;padding-top:14px;\
        border-top:1px solid var(--rule)}
        h3{font-size:14px;line-height:1.35;margin:0 0 8px;font-weight:600}
        .study+.study{margin-top:72px;padding-top:20px;border-top:3px solid var(--rule)}
        .kick{margin:0 0 4px;color:var(--soft);font-size:13px}
        .what{margin:0 0 16px;color:var(--soft);max-width:76ch;overflow-wrap:anywhere}
        .status,.problems{margin:0 0 12px;padding:8px 12px;background:var(--card);\
        border-left:4px solid var(--soft);max-width:84ch;overflow-wrap:anywhere}
        .problems{padding-left:28px}
        .verdict{font-size:19px;line-height:1.45;margin:0 0 8px;max-width:66ch;\
        overflow-wrap:anywhere}
        .second{margin:0 0 8px;max-width:80ch;overflow-wrap:anywhere}
        nav{display:flex;flex-wrap:wrap;gap:4px 18px;margin:18px 0 0;font-size:14px}
        a{color:var(--link)}
        code,pre{font-family:var(--mono);font-size:.92em}
        .muted,.sub,.note,figcaption,.fn,footer{color:var(--soft)}
        .fn{font-weight:400}
        .nw{white-space:nowrap}
        .two{display:grid;grid-template-columns:1fr 1fr;gap:28px 40px;align-items:start;\
        margin-bottom:28px}
        figure{margin:0 0 8px;min-width:0;break-inside:avoid}
        figure.full{margin:0 0 30px}
        figcaption{font-size:13px;line-height:1.45;margin-top:6px;max-width:84ch;\
        overflow-wrap:anywhere}
        .files{display:block;font-size:12px;font-family:var(--mono);margin-top:2px}
        .swatch{display:inline-block;flex:none;width:16px;height:0;border-top:4px solid var(--c);\
        border-radius:1px;margin-right:8px;vertical-align:middle}
        .panels{display:grid;grid-template-columns:repeat(auto-fill,170px);gap:18px 20px}
        .panels3{display:grid;grid-template-columns:repeat(auto-fill,348px);gap:18px 38px}
        .show{display:none;border:0;padding:0;margin:0 0 18px;align-items:center;flex-wrap:wrap;\
        gap:4px 18px;font-size:14px}
        .show legend{float:left;padding:0;margin-right:14px;color:var(--soft)}
        .show label{display:inline-flex;align-items:center;min-height:24px}
        .show input{margin:0 7px 0 0;width:16px;height:16px}
        @supports selector(:has(*)){.show{display:flex}}
        .facts{display:grid;grid-template-columns:max-content 1fr;gap:4px 18px;margin:12px 0;\
        font-size:14px}
        .facts dt{color:var(--soft)}.facts dd{margin:0;min-width:0;overflow-wrap:anywhere}
        pre{background:var(--card);border:1px solid var(--rule);border-radius:4px;\
        padding:10px 12px;margin:10px 0;overflow-x:auto;white-space:pre-wrap;\
        overflow-wrap:anywhere}
        footer{margin-top:40px;padding-top:12px;border-top:1px solid var(--rule);font-size:13px}
        .tip{position:fixed;pointer-events:none;background:var(--bg);\
        border:1px solid var(--soft);border-radius:4px;padding:6px 9px;font-size:12px;\
        line-height:1.4;z-index:9;box-shadow:0 2px 8px #0003;font-variant-numeric:tabular-nums}
        .tip b{font-weight:600}.tip .row{display:flex;justify-content:space-between;gap:14px}
        .tip .row span:first-child{color:var(--t,var(--c))}
        .cursor{stroke:var(--soft);fill:none;stroke-width:1}

        """

    private static let tables = """
        table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:14px}
        th{font-weight:600;text-align:left;vertical-align:bottom}
        td,th{padding:6px 10px 6px 0}
        .sub{display:block;font-size:12px;line-height:1.35;font-weight:400}
        table.sum{width:100%}
        table.sum thead th{border-bottom:1px solid var(--ink);font-size:13px;line-height:1.3;\
        padding-bottom:6px}
        table.sum tbody tr>*{border-bottom:1px solid var(--grid);vertical-align:middle;\
        line-height:1.35;padding-top:8px;padding-bottom:8px}
        table.sum svg text{font-weight:400}
        .vn{display:flex;align-items:flex-start;min-width:150px}.vn .swatch{margin-top:8px}
        .vn>div{min-width:0;overflow-wrap:anywhere}
        table.sum td,table.sum thead th+th{text-align:right}
        table.sum td.dt,table.sum thead th.fc,table.sum td.fc{text-align:left}
        table.sum tr>:last-child{padding-right:0}
        table.sum td.fc{padding:0 14px 0 0!important;width:170px}
        table.sum td:nth-child(2){padding-right:20px}
        table.sum thead th:nth-child(2){padding-right:20px}
        .half{max-width:540px}
        .dt .na{display:table;margin-top:2px}
        .note+figure,.note+.two,.note+div,.second+h3{margin-top:20px}
        .na{display:inline-block;font-size:12px;line-height:1.25;padding:1px 6px;\
        border:1px solid var(--soft);border-radius:3px;white-space:nowrap}
        .note{font-size:13px;line-height:1.5;max-width:96ch;margin:10px 0 0;overflow-wrap:anywhere}
        .plain2{min-width:100%}
        .plain2 thead th,.plain thead th{border-bottom:1px solid var(--ink);font-size:13px;\
        line-height:1.3}
        .plain2 td,.plain2 thead th+th,.plain td,.plain thead th+th{text-align:right}
        .plain2 tbody tr>*,.plain tbody tr>*{border-bottom:1px solid var(--grid)}
        .plain2 tbody th,.plain tbody th{font-weight:400;white-space:nowrap;\
        vertical-align:middle}
        .plain2 tr>:last-child,.plain tr>:last-child{padding-right:0}
        .reasons td,.reasons thead th+th{text-align:left;white-space:normal;overflow-wrap:anywhere}
        .tt{margin-bottom:4px}
        .scroll{overflow-x:auto;margin-bottom:8px}
        .plain{font-size:12.5px}.plain caption{text-align:left;color:var(--soft);\
        padding-bottom:4px}
        .plain td{white-space:nowrap}
        .plain.reasons td{white-space:normal}
        details.data{margin-top:6px;font-size:13px}
        summary{cursor:pointer;color:var(--link)}
        .phone-forest{display:none}

        """

    private static let narrow = """
        @media screen and (max-width:1120px) and (min-width:741px){
        .two{gap:24px}svg.wide{display:none}svg.narrow{display:block}table.sum{font-size:13px}}
        @media screen and (max-width:1120px){
        table.sum,table.sum tbody{display:block}
        table.sum thead{display:block;position:absolute;clip-path:inset(50%);width:1px;\
        height:1px;overflow:hidden}
        table.sum tbody tr{display:grid;grid-template-columns:1fr 1fr 1fr;gap:6px 14px;\
        padding:12px 0;border-bottom:1px solid var(--rule)}
        table.sum tbody tr>*{border:0;padding:0!important;text-align:left!important;min-width:0}
        table.sum tbody th{grid-column:1/-1}table.sum td.dt{grid-column:span 2}
        table.sum td.fc{display:none}table.sum td:empty{visibility:hidden}
        .phone-forest{display:block;margin-bottom:12px}
        .phone-forest .sub{margin:-6px 0 6px;color:var(--soft)}
        table.sum td[data-l]::before{content:attr(data-l);display:block;font-size:12px;\
        line-height:1.35;color:var(--soft)}}
        @media screen and (max-width:740px){
        body{padding:18px 16px 30px}h1,.title{font-size:25px}.verdict{font-size:17px}
        h2{font-size:19px;margin-top:34px}
        .two{grid-template-columns:minmax(0,1fr);gap:26px}
        svg.wide{display:none}svg.narrow{display:block}
        .panels{grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:16px 14px}
        .panels3{grid-template-columns:minmax(0,1fr)}
        .ckey{flex-wrap:wrap}.facts{grid-template-columns:1fr;gap:0}.facts dd{margin-bottom:8px}}

        """

    private static let paper = """
        @page{size:A4;margin:15mm}
        @media print{
        *{-webkit-print-color-adjust:exact;print-color-adjust:exact}
        body{max-width:none;padding:0;font-size:10pt}
        h1,.title{font-size:18pt}
        h2{font-size:13pt;margin:16pt 0 8pt;padding-top:6pt;break-after:avoid}
        h3{break-after:avoid}.verdict{font-size:12pt}
        nav,.show,details.data,.files,footer{display:none}
        svg.wide{display:none}svg.narrow{display:block}
        .two{grid-template-columns:1fr 1fr;gap:14pt 16pt;margin-bottom:12pt}
        .panels{grid-template-columns:repeat(3,170px);gap:12px 40px}
        .panels3{grid-template-columns:1fr 1fr;gap:12px 16px}
        figure,.panels>svg,table.sum tr,.two>div{break-inside:avoid}
        figure.long{break-inside:auto}figcaption,.note{font-size:8.5pt;break-before:avoid}
        .vn{min-width:0}table{font-size:8.5pt}.sub,.na{font-size:7.5pt}
        table.sum thead th{font-size:8pt}td,th{padding:3pt 5pt 3pt 0}
        table.sum tr>:last-child{display:none}}

        """
}
