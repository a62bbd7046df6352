/**
 * Rows as cards, the column's name before each value, for tables of the kind `of`. The head and empty cells are hidden from the eye alone: a
 * screen reader counts the cells to find their heads.
 */
function cards(of: string): string {
  const table = `table${of}:not(.narrow)`;
  return `${table},${table} tbody{display:block}${table} thead,${table} td:empty{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
${table} tr{display:grid;grid-template-columns:repeat(auto-fill,minmax(6.2rem,1fr));gap:.35rem .8rem;border-bottom:1px solid var(--line);padding:.7rem 0}
${table}.form tr{grid-template-columns:repeat(auto-fill,minmax(8.5rem,1fr))}${table} tr:last-child{border-bottom:0}
${table} td,${table} th{display:block;border:0;padding:0;text-align:left;white-space:normal;min-width:0;overflow-wrap:anywhere}
${table} th[scope=row],${table} td.wrap,${table} td.acts{grid-column:1/-1;width:auto}${table} th[scope=row]{font-weight:600}${table} th .small{font-weight:400}${table} td.long{grid-column:span 2}
${table} td[data-label]::before{display:block;color:var(--soft);font-size:.8rem;content:attr(data-label);content:attr(data-label)/""}
${table}.form input:not([type=checkbox]),${table}.form select{width:100%;max-width:100%}`;
}

/** The one style sheet: calm, close to the CRMs around it, light and dark, from phone to wide screen. */
export const STYLE = `
:root{color-scheme:light dark;--bg:#f5f7fa;--card:#fff;--line:#dfe5ec;--text:#22303f;--soft:#57687a;--link:#1259b8;--accent:#1259b8;--on:#fff;
--green:#1c7a45;--green-bg:#e4f4ea;--yellow:#8a5a00;--yellow-bg:#fdf1d6;--red:#b3261e;--red-bg:#fce8e6;--grey:#57687a;--grey-bg:#eaeef3;--chart:#3b7dd8}
@media (prefers-color-scheme:dark){:root{--bg:#141a21;--card:#1d252e;--line:#36424f;--text:#e6ebf1;--soft:#a9b6c4;--link:#8ab8ff;--accent:#2f6fca;--on:#fff;
--green:#7fd6a2;--green-bg:#16341f;--yellow:#f1c56b;--yellow-bg:#3a2d0c;--red:#ff9d94;--red-bg:#43191a;--grey:#b4c0cd;--grey-bg:#2b3641;--chart:#7fb2ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
a{color:var(--link)}a:focus-visible,button:focus-visible,summary:focus-visible,input:focus-visible,select:focus-visible,textarea:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
h1{font-size:1.35rem;margin:0;line-height:1.25}h1+.say{margin-top:.8rem}.cards+h2,.tiles+h2{margin-top:1.3rem}h2{font-size:1.02rem;margin:0 0 .6rem}h3{font-size:.95rem;margin:1rem 0 .4rem}
p{margin:.3rem 0}.soft{color:var(--soft)}.small{font-size:.87rem}.num{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}.num .small{white-space:normal}
.skip{position:absolute;left:-99rem}.skip:focus{left:.5rem;top:.5rem;background:var(--card);padding:.5rem 1rem;z-index:9}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
nav.top{background:var(--card);border-bottom:1px solid var(--line);padding:0 1rem;display:flex;flex-wrap:wrap;gap:.2rem}
nav.top a{padding:.75rem .7rem .65rem;text-decoration:none;color:var(--soft);border-bottom:3px solid transparent}
nav.top a:hover{color:var(--text)}nav.top a[aria-current]{color:var(--text);border-bottom-color:var(--accent);font-weight:600}
main{max-width:1240px;margin:0 auto;padding:1rem}
.head{display:flex;flex-wrap:wrap;gap:.4rem 1rem;align-items:center;margin:.2rem 0 1rem}.head .end{margin-left:auto;display:flex;gap:.5rem;flex-wrap:wrap;align-items:center}
.card+.cards,.card+.tiles{margin-top:1rem}
.cards{display:grid;gap:1rem;grid-template-columns:minmax(0,1fr)}
@media (min-width:900px){.cards.two{grid-template-columns:minmax(0,2fr) minmax(0,3fr)}.cards.half{grid-template-columns:repeat(2,minmax(0,1fr))}}
.tiles{display:grid;gap:.75rem;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));margin-bottom:1rem;padding:0;list-style:none}
.tile{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.7rem .9rem;display:block;height:100%;color:inherit;text-decoration:none}
a.tile:hover{border-color:var(--accent)}a.tile[aria-current]{border-color:var(--accent);box-shadow:inset 0 0 0 1px var(--accent)}
.tiles.figures{grid-template-columns:repeat(auto-fill,minmax(210px,1fr))}.lower{margin:1rem 0}.tile b{display:block;font-size:1.45rem;line-height:1.2;font-variant-numeric:tabular-nums}.tile .badge{white-space:normal}
section.card{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:1rem 1.1rem;min-width:0}
.stack{display:flex;flex-direction:column;gap:1rem;min-width:0}
.badge{display:inline-flex;align-items:center;gap:.35em;border-radius:999px;padding:.1rem .6rem;font-size:.85rem;font-weight:600;background:var(--grey-bg);color:var(--grey);white-space:nowrap}
.badge.green{background:var(--green-bg);color:var(--green)}.badge.yellow{background:var(--yellow-bg);color:var(--yellow)}.badge.red{background:var(--red-bg);color:var(--red)}
.late{color:var(--red);font-weight:600}.good{color:var(--green)}
.score{display:flex;align-items:center;gap:1rem;flex-wrap:wrap}.score b{font-size:2.6rem;line-height:1;font-variant-numeric:tabular-nums}
table{border-collapse:collapse;width:100%}th{text-align:left;font-weight:600;color:var(--soft);font-size:.85rem}th,td{padding:.45rem .5rem;border-bottom:1px solid var(--line);vertical-align:top}
tr:last-child>td,tr:last-child>th[scope=row]{border-bottom:0}th[scope=row]{color:var(--text);font-size:inherit;font-weight:500}th.num{text-align:right}
.scroll{overflow-x:auto;position:relative;container-type:inline-size}.scroll:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.form td,.form th[scope=row]{vertical-align:middle}@container (max-width:70rem){.form select{max-width:15.5rem}}.wide td,.wide th{white-space:nowrap;padding-inline:.4rem}.wide td.wrap,.wide th[scope=row],.wide td.names{white-space:normal;min-width:7.5rem}.wide td.wrap{min-width:9rem}
@container (max-width:26rem){${cards("")}}@container (max-width:36rem){${cards(".form")}${cards(".steps")}}@container (max-width:56rem){${cards(".wide")}}@container (min-width:38rem) and (max-width:56rem){table.wide:not(.narrow) td.wrap{grid-column:span 3}}
dl.facts{display:grid;grid-template-columns:auto 1fr;gap:.25rem 1rem;margin:0}dl.facts dt{color:var(--soft)}dl.facts dd{margin:0}
progress{width:100%;height:.6rem;accent-color:var(--accent);vertical-align:middle}
button,.button{font:inherit;border-radius:6px;border:1px solid var(--line);background:var(--card);color:var(--text);padding:.35rem .8rem;cursor:pointer;text-decoration:none;display:inline-block}
button:hover,.button:hover{border-color:var(--accent)}.button[aria-current]{border-color:var(--accent);box-shadow:inset 0 0 0 1px var(--accent)}button.main,.button.main{background:var(--accent);border-color:var(--accent);color:var(--on);font-weight:600}
button.danger{border-color:var(--red);color:var(--red)}button.quiet{padding:.15rem .55rem;font-size:.87rem}button:disabled{opacity:.55;cursor:default}
main>section.card+section.card{margin-top:1rem}.buttons{display:flex;align-items:center;flex-wrap:wrap;gap:.5rem;margin-top:1rem}form.row{display:flex;flex-wrap:wrap;gap:.5rem;align-items:end}form.row>div{max-width:100%}form.inline{display:inline}
label{display:block;font-size:.87rem;color:var(--soft)}label.check>input{flex:none}label.check{display:flex;gap:.5rem;align-items:center;color:var(--text);font-size:inherit}
input,select,textarea{font:inherit;color:inherit;background:var(--card);border:1px solid var(--soft);border-radius:6px;padding:.35rem .5rem;max-width:100%}
input[type=checkbox],input[type=radio]{accent-color:var(--accent);width:1.05rem;height:1.05rem}textarea{width:100%;min-height:4rem}
fieldset{min-width:0;border:1px solid var(--line);border-radius:8px;margin:0 0 1rem;padding:.6rem 1rem 1rem}legend{font-weight:600;padding:0 .4rem}
.grid>div{min-width:0}.grid>div.all{grid-column:1/-1}.grid input:not([type=checkbox]),.grid select,.grid textarea{width:100%}.grid span.small{display:block}h2+.scroll{margin-top:.3rem}form>h2,form>.grid,form>fieldset{margin-top:1rem}
.grid{display:grid;gap:.8rem;align-items:start;grid-template-columns:repeat(auto-fill,minmax(210px,1fr))}
details.entry{border:1px solid var(--line);border-radius:8px;margin:.4rem 0;padding:.35rem .8rem}details.entry[open]{padding-bottom:.8rem}
details>summary{cursor:pointer;color:var(--link);padding:.15rem 0}details[open]>summary{margin-bottom:.5rem}
td.acts{width:1%;white-space:nowrap}.steps .done{color:var(--soft)}.steps .next th{font-weight:700}
.say{border-radius:8px;padding:.6rem .9rem;margin:0 0 1rem;border:1px solid var(--line);background:var(--card);border-left:4px solid var(--accent)}
.say.bad{border-left-color:var(--red)}.say.good{border-left-color:var(--green)}
.pages{display:flex;gap:.5rem;align-items:center;margin-top:1rem}
ol.timeline,ul.plain{list-style:none;margin:0;padding:0}ol.timeline li{padding:.35rem 0;border-bottom:1px solid var(--line)}ol.timeline li:last-child{border-bottom:0}
figure{margin:0}figure svg{max-width:100%;height:auto;display:block}figcaption{color:var(--soft);font-size:.87rem}
pre{background:var(--bg);border:1px solid var(--line);border-radius:6px;padding:.7rem;overflow:auto;font-size:.85rem;margin:.4rem 0}
pre.letter{white-space:pre-wrap;font:inherit;max-width:44rem}
.add{background:var(--green-bg)}.del{background:var(--red-bg)}ins,del{text-decoration:none}
@media (max-width:640px){main{padding:.7rem}nav.top{padding:0 .4rem}nav.top a{padding:.6rem .5rem}}
@media print{nav.top,.acts,form,details.acts{display:none}body{background:#fff}}
`;
