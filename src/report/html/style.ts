/** The look of a report: set like a paper, in light and in dark, on a phone, on a desk and on paper. */
export const STYLE = `
:root{color-scheme:light dark;--paper:#fff;--ink:#1b1e22;--soft:#565d66;--rule:#d8dce1;--tint:#f5f6f8;--link:#0b5394;--warn:#8a4b00;--warn-tint:#fdf4e7}
@media (prefers-color-scheme:dark){:root{--paper:#15181b;--ink:#e4e6e8;--soft:#a3abb4;--rule:#343b42;--tint:#1d2125;--link:#86bdf2;--warn:#f0b768;--warn-tint:#2a2218}}
*{box-sizing:border-box}
html{font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;-webkit-text-size-adjust:100%;background:var(--paper);color:var(--ink)}
body{max-width:66rem;margin:0 auto;padding:2rem 1.25rem 4rem}
h1{font-size:1.75rem;line-height:1.2;margin:0 0 .25rem;letter-spacing:-.01em;text-wrap:balance;overflow-wrap:anywhere}
h2{font-size:1.2rem;line-height:1.3;margin:2.75rem 0 1rem;padding-top:.75rem;border-top:1px solid var(--rule);overflow-wrap:anywhere}
p{margin:0 0 .75rem}
a{color:var(--link);text-underline-offset:.15em}
.subtitle{color:var(--soft);margin:0;max-width:46rem}
nav ol{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin:1rem 0 0;padding:0;font-size:.9rem}
.prose,.links{max-width:46rem}
.notice{max-width:46rem;margin:1rem 0;padding:.65rem .9rem;border-left:3px solid var(--warn);background:var(--warn-tint);font-size:.925rem}
.notice p:last-child{margin:0}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.75rem;margin:1rem 0}
.card{padding:.7rem .9rem;border:1px solid var(--rule);border-radius:4px}
.card dt{font-size:.8rem;color:var(--soft)}
.card dd{margin:0;font-size:1.6rem;line-height:1.25;font-variant-numeric:tabular-nums lining-nums}
.card dd.note{font-size:.75rem;color:var(--soft)}
.table{margin:1.5rem 0}
.scroll{position:relative;overflow:auto;max-width:100%}
.scroll:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.scroll.long{max-height:28rem;border-bottom:1px solid var(--rule)}
table{border-collapse:collapse;font-size:.85rem;line-height:1.4;font-variant-numeric:tabular-nums lining-nums}
caption>span,tfoot td>span{display:inline-block;position:sticky;left:.2rem;max-width:min(46rem,calc(100vw - 2.2rem))}
caption{caption-side:top;text-align:left;padding:0 0 .4rem;font-weight:600;font-size:.9rem}
th,td{padding:.28rem .7rem;text-align:left;vertical-align:top;white-space:nowrap}
th:first-child,td:first-child{padding-left:.2rem}
thead th{background:var(--paper);vertical-align:bottom;font-weight:600;position:sticky;top:0;box-shadow:inset 0 2px var(--ink),inset 0 -1px var(--ink);white-space:normal}
tbody th{font-weight:400}
tbody td:last-child:not(:first-child,.number){white-space:normal;min-width:9rem}
tbody tr:last-child>*{border-bottom:2px solid var(--ink)}
tbody tr:hover{background:var(--tint)}
th.number,td.number{text-align:right}
tfoot td{white-space:normal;color:var(--soft);font-size:.78rem;padding-top:.35rem;padding-bottom:0}
.unit{font-weight:400;color:var(--soft)}
sup{line-height:0;font-size:.7em}
th button{all:unset;cursor:pointer;font:inherit}
th button:hover{color:var(--link)}
th button:focus-visible{outline:2px solid var(--link);outline-offset:2px}
th button::after{content:"";position:absolute;margin-left:.1em}
.number sup{position:absolute;line-height:1.2}
th[aria-sort=ascending] button::after{content:"\\2191"}
th[aria-sort=descending] button::after{content:"\\2193"}
.downloads{font-size:.8rem;color:var(--soft);margin:.4rem 0 0}
.downloads a{margin-right:.5rem}
figure{margin:1.5rem 0}
figcaption{font-size:.85rem;color:var(--soft);margin-top:.4rem;max-width:46rem}
figcaption b{color:var(--ink)}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:1.5rem;align-items:start;margin:1.5rem 0}
.chart{margin:0;min-width:0}
.chart svg{display:block;width:100%;max-width:36rem;height:auto}
.picture img{display:block;max-width:none;height:auto}
@media (min-width:48rem){.picture img{max-width:100%}}
.controls{display:flex;flex-wrap:wrap;gap:.4rem 1.1rem;align-items:center;font-size:.9rem;margin-bottom:.5rem}
.controls[hidden],.slider[hidden]{display:none}
.controls select,.controls button{font:inherit;color:inherit;background:var(--paper);border:1px solid var(--rule);border-radius:4px;padding:.2rem .55rem}
.controls label{display:inline-flex;align-items:center;gap:.3rem;max-width:100%}
.controls select{min-width:0;max-width:100%;text-overflow:ellipsis}
.swatch{display:inline-block;width:.8em;height:.8em;border:1px solid rgba(0,0,0,.5);vertical-align:-.05em}
.case{font-size:.9rem;margin:0 0 .3rem}
.case output{color:var(--soft)}
.stack{max-width:34rem}
.stage{position:relative;width:100%;aspect-ratio:var(--aspect);background:#000;overflow:hidden}
.slice{position:absolute;inset:0}
.slice[hidden]{display:none}
.slice img{position:absolute;inset:0;width:100%;height:100%}
.slice .truth,.slice .prediction,.slice .error{display:none;image-rendering:pixelated}
.show-truth .truth,.show-prediction .prediction,.show-error .error{display:block}
.slice .label{display:none}
.direction,.bar,.label{position:absolute;color:#fff;font-size:.8rem;line-height:1;text-shadow:0 0 2px #000,0 0 2px #000,0 0 3px #000}
.left{left:.5rem;top:50%}.right{right:.5rem;top:50%}.top{top:.5rem;left:50%}.bottom{bottom:.5rem;left:50%}
.bar{left:.6rem;bottom:.6rem;border-bottom:2px solid #fff;padding-bottom:.2rem;white-space:nowrap}
.slider{display:flex;gap:.6rem;align-items:center;font-size:.9rem;margin-top:.4rem}
.slider input{flex:1;min-width:0}
footer{margin-top:3rem;padding-top:.75rem;border-top:1px solid var(--rule);font-size:.8rem;color:var(--soft)}
@media screen and (prefers-color-scheme:dark){.chart svg{filter:brightness(1.3)}}
@media (max-width:40rem){body{padding:1.25rem .9rem 3rem}h1{font-size:1.4rem}th,td{padding:.28rem .5rem}}
@media print{
:root{color-scheme:light;--paper:#fff;--ink:#000;--soft:#444;--rule:#bbb;--tint:#fff;--link:#000;--warn:#000;--warn-tint:#fff}
html{font-size:10pt}body{max-width:none;padding:0}
nav,.downloads,.controls,.slider{display:none!important}
.scroll,.scroll.long{overflow:visible;max-height:none;border:0}
thead th{position:static;box-shadow:none;border:solid var(--ink);border-width:2px 0 1px}thead{display:table-header-group}tr,figure,.card,.stack{break-inside:avoid}
h2,caption{break-after:avoid}
table{font-size:.75rem;max-width:100%}
table:has(th:nth-child(16)){font-size:.625rem}
th,td{padding:.15rem .3rem;white-space:normal}
table:has(th:nth-child(10)) :is(th,td){padding:.15rem .2rem}
td.number{white-space:nowrap}table:has(th:nth-child(10)) td.number{white-space:normal}
table:has(th:nth-child(16)) thead th{overflow-wrap:anywhere}
tbody td:last-child{overflow-wrap:anywhere}
caption>span,tfoot td>span{display:block;position:static;max-width:none}
.charts{grid-template-columns:1fr 1fr}.picture img{max-width:100%}.stack{max-width:9cm}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}`

/** Where scripts do not run: every slice of every case, side by side. */
export const NO_SCRIPT_STYLE = `
.stack,.stack[hidden]{display:block;max-width:none;margin-top:1rem}
.stage{aspect-ratio:auto;display:flex;gap:2px;overflow-x:auto}
.slice,.slice[hidden]{display:block;position:relative;inset:auto;flex:0 0 14rem;aspect-ratio:var(--aspect)}
.direction,.bar{display:none}
.slice .label{display:block;left:.4rem;top:.4rem}
`
