/** The page's one style sheet; its hash stands in the page's Content-Security-Policy. Colours keep a contrast of 4.5:1 in both schemes. */
export const style = `
:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--ink:#171b24;--soft:#545d6e;--line:#dfe3ea;--code:#f2f4f8;--accent:#1f5fd6;--ring:#1f5fd6;
--critical:#a3123a;--high:#b93815;--medium:#8a5a00;--low:#1d5fa8;--info:#565f70;--good:#16703c;--warn:#8a5a00;--bad:#a3123a;
--critical-bg:#fde8ee;--high-bg:#fdebe4;--medium-bg:#fdf2d8;--low-bg:#e6f0fb;--info-bg:#eceef2;--good-bg:#e3f5ea;--warn-bg:#fdf2d8;--bad-bg:#fde8ee}
@media (prefers-color-scheme:dark){:root{--bg:#0e1117;--card:#161b23;--ink:#e8ebf1;--soft:#a2abba;--line:#2a313d;--code:#10151d;--accent:#82b1ff;--ring:#82b1ff;
--critical:#ff8aa8;--high:#ff9e7d;--medium:#f2c25c;--low:#86bcff;--info:#b1b9c7;--good:#6fdc9a;--warn:#f2c25c;--bad:#ff8aa8;
--critical-bg:#3b1421;--high-bg:#3a1c12;--medium-bg:#33270c;--low-bg:#13273f;--info-bg:#232934;--good-bg:#10301d;--warn-bg:#33270c;--bad-bg:#3b1421}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main,.top,footer{max-width:1080px;margin:0 auto;padding:0 24px}
h1,h2,h3,p,dl,dd,ul{margin:0}
h2{font-size:17px;letter-spacing:-.01em;margin:36px 0 12px}
a{color:var(--accent)}
code,pre,.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:13px}
:focus-visible{outline:2px solid var(--ring);outline-offset:2px;border-radius:6px}
.skip{position:absolute;left:-9999px}.skip:focus{left:16px;top:12px;background:var(--card);padding:8px 12px;z-index:2}
.top{padding-top:32px}
.brand{display:flex;align-items:center;gap:9px;font-weight:650;letter-spacing:-.01em;color:var(--soft);font-size:14px}
.brand svg{display:block;color:var(--accent)}
h1{font-size:25px;line-height:1.25;letter-spacing:-.02em;margin:14px 0 6px;overflow-wrap:anywhere}
.meta{display:flex;flex-wrap:wrap;gap:4px 18px;color:var(--soft);font-size:13.5px}
.meta code{color:var(--ink)}
.verdict{display:flex;gap:14px;margin-top:22px;padding:16px 18px;border-radius:12px;border:1px solid var(--line);background:var(--card)}
.verdict .mark{flex:none;width:30px;height:30px;border-radius:50%;display:grid;place-items:center;font-weight:700}
.verdict strong{display:block;font-size:16px}
.verdict p{color:var(--soft)}
.good{border-color:var(--good)}.good .mark{background:var(--good-bg);color:var(--good)}.good strong{color:var(--good)}
.bad{border-color:var(--bad)}.bad .mark{background:var(--bad-bg);color:var(--bad)}.bad strong{color:var(--bad)}
.warn{border-color:var(--warn);background:var(--warn-bg)}.warn .mark{background:var(--card);color:var(--warn)}.warn strong{color:var(--warn)}.warn p{color:var(--ink)}
.warn ul{padding-left:18px;margin-top:6px;overflow-wrap:anywhere}
.tiles{display:grid;grid-template-columns:repeat(5,1fr);gap:12px;margin-top:20px}
.tile{font:inherit;color:inherit;text-align:left;padding:14px 16px 12px;border:1px solid var(--line);border-top:3px solid var(--tone);border-radius:12px;background:var(--card)}
button.tile:enabled{cursor:pointer}
button.tile:enabled:hover{border-color:var(--tone)}
.tile b{display:block;font-size:28px;line-height:1.1;letter-spacing:-.02em;font-variant-numeric:tabular-nums}
.tile span{color:var(--tone);font-weight:600;font-size:13px;text-transform:capitalize}
.tile[aria-pressed=false]{opacity:.55}
.tile.none b{color:var(--soft)}
.critical{--tone:var(--critical);--tone-bg:var(--critical-bg)}.high{--tone:var(--high);--tone-bg:var(--high-bg)}.medium{--tone:var(--medium);--tone-bg:var(--medium-bg)}
.low{--tone:var(--low);--tone-bg:var(--low-bg)}.info{--tone:var(--info);--tone-bg:var(--info-bg)}
.facts{display:flex;flex-wrap:wrap;gap:6px 26px;margin-top:14px;color:var(--soft);font-size:13.5px}
.facts b{color:var(--ink);font-weight:600;font-variant-numeric:tabular-nums}
.toolbar{display:flex;gap:12px;align-items:center;margin-bottom:12px}
.toolbar input{flex:1;min-width:0;font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:10px;padding:9px 13px}
.toolbar input::placeholder{color:var(--soft);opacity:1}
.toolbar output{color:var(--soft);font-size:13.5px;white-space:nowrap;font-variant-numeric:tabular-nums}
[hidden]{display:none!important}
.finding{background:var(--card);border:1px solid var(--line);border-left:4px solid var(--tone);border-radius:12px;padding:16px 18px 14px;margin-bottom:12px}
.finding .head{display:flex;flex-wrap:wrap;gap:4px 10px;align-items:baseline}
.finding h3{font-size:15.5px;font-weight:620;letter-spacing:-.005em;overflow-wrap:anywhere}
.badge{font-size:12px;font-weight:650;padding:1px 9px;border-radius:99px;color:var(--tone);background:var(--tone-bg);text-transform:capitalize}
.rule{margin-left:auto;color:var(--soft);overflow-wrap:anywhere}
.where{margin-top:3px;overflow-wrap:anywhere}
.where code{color:var(--accent)}
.note{color:var(--soft);margin-top:6px;overflow-wrap:anywhere}
.snippet{margin:11px 0 0;background:var(--code);border:1px solid var(--line);border-radius:9px;overflow-x:auto;padding:8px 0;tab-size:4}
.snippet code{display:block;width:max-content;min-width:100%}
.snippet .l{display:block;padding:0 14px;white-space:pre}
.snippet .l.hit{background:var(--tone-bg)}
.snippet i{display:inline-block;width:4.2em;padding-right:1.2em;text-align:right;color:var(--soft);font-style:normal;user-select:none}
details.more{margin-top:10px}
summary{cursor:pointer;color:var(--soft);font-size:13.5px;width:fit-content}
summary:hover{color:var(--ink)}
.help{margin-top:8px;max-width:74ch;overflow-wrap:anywhere}.help p+p{margin-top:8px}
.evidence{margin-top:10px;display:grid;grid-template-columns:max-content minmax(0,1fr);gap:3px 16px;font-size:13px}
.evidence dt{color:var(--soft)}.evidence dd{overflow-wrap:anywhere}
.chips{display:flex;flex-wrap:wrap;gap:6px;margin-top:10px}
.chip{font-size:12px;color:var(--soft);border:1px solid var(--line);border-radius:99px;padding:1px 9px;text-decoration:none}
a.chip{color:var(--accent)}
.panel{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:6px 18px}
.panel>details{padding:9px 0}.panel>details+details,.panel>.scroll+details{border-top:1px solid var(--line)}
.panel summary{font-size:14.5px;color:var(--ink)}
.scroll{overflow-x:auto;padding:6px 0}
table{border-collapse:collapse;width:100%;font-size:13.5px}
th{text-align:left;font-weight:600;color:var(--soft);font-size:12.5px}
th,td{padding:6px 16px 6px 0;border-bottom:1px solid var(--line);vertical-align:top}
tr:last-child td{border-bottom:0}
td{overflow-wrap:anywhere}.engines{min-width:640px}.engines td{overflow-wrap:break-word}.files{min-width:480px}.warnings{margin:8px 0;padding-left:18px;overflow-wrap:anywhere}td.num{font-variant-numeric:tabular-nums;white-space:nowrap}td.word{overflow-wrap:normal;white-space:nowrap}
.state-failed,.state-missing{color:var(--bad);font-weight:600}.state-degraded{color:var(--warn)}.state-complete{color:var(--good)}
.empty{background:var(--card);border:1px dashed var(--line);border-radius:12px;padding:30px;text-align:center;color:var(--soft)}
footer{color:var(--soft);font-size:13px;padding-top:28px;padding-bottom:44px}
@media (max-width:680px){main,.top,footer{padding-left:16px;padding-right:16px}.tiles{grid-template-columns:repeat(2,1fr);gap:10px}.tile:first-child{grid-column:span 2}.rule{margin-left:0;width:100%}
.snippet i{width:3.2em;padding-right:.9em}.toolbar{flex-wrap:wrap}.evidence{grid-template-columns:1fr}.evidence dd{margin-bottom:5px}}
@media print{body{background:#fff}.toolbar{display:none!important}.finding{break-inside:avoid}}
`;
