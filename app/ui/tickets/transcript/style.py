"""The style sheet of a page. It names no address, and shows hidden text without a script."""

STYLE = """
:root{color-scheme:light dark;--bg:#fff;--box:#f2f3f5;--line:#e3e5e8;--text:#2e3338;--soft:#5c5e66;--link:#0b5cc2;
--mark:#e8eaff;--marked:#3c45a5;--code:#ebedef;--note:#fff6dc;--noted:#8a5a00;--gone:#fdecec;--t:var(--text);--c:#80848e}
@media (prefers-color-scheme:dark){:root{--bg:#313338;--box:#2b2d31;--line:#3f4147;--text:#dbdee1;--soft:#a9adb5;
--link:#5cb4ff;--mark:#3c4270;--marked:#d3d7ff;--code:#1e1f22;--note:#3d3522;--noted:#f0c674;--gone:#45292c}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--text);font:16px/1.4 system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif;
overflow-wrap:anywhere}
main,header,footer{max-width:60rem;margin:0 auto;padding:0 1rem}
header{padding-top:1.25rem}
h1{font-size:1.4rem;margin:0 0 .25rem}
h2{font-size:1rem;margin:1rem 0 .25rem}
a{color:var(--link)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:.75rem 0}
dt{color:var(--soft)}dd{margin:0}
footer{color:var(--soft);font-size:.85rem;padding:1rem}
.part{color:var(--soft)}
.answers{border:1px solid var(--line);border-radius:8px;padding:.25rem 1rem .75rem;margin:.75rem 0}
.day{display:flex;align-items:center;gap:.75rem;color:var(--soft);font-size:.8rem;font-weight:600;
margin:1.25rem 0 .25rem}
.day::before,.day::after{content:"";flex:1;border-top:1px solid var(--line)}
.m{position:relative;padding:.15rem .5rem .15rem 3.5rem;margin-top:1rem;border-radius:6px}
.m.next{margin-top:0}
.m:target{background:var(--mark)}
.m.gone{background:var(--gone)}
.m.internal{background:var(--note);border-left:4px solid var(--noted)}
.face{position:absolute;left:.5rem;top:.2rem;width:2.4rem;height:2.4rem;border-radius:50%;display:grid;place-items:center;
color:#fff;font-weight:600}
.f0{background:#4752c4}.f1{background:#2d7d46}.f2{background:#b3541e}.f3{background:#a12d68}.f4{background:#1f6f8b}
.f5{background:#6b4fa0}.f6{background:#8a6d1a}.f7{background:#5c5e66}
.head{display:flex;flex-wrap:wrap;align-items:baseline;gap:.1rem .5rem}
.name{font-weight:600;color:var(--t)}
.tag{font-size:.7rem;font-weight:600;background:var(--mark);color:var(--marked);border-radius:4px;padding:0 .3rem}
time{color:var(--soft);font-size:.75rem}
.side{position:absolute;left:.5rem;width:2.6rem;top:.35rem;text-align:right}
.m.system{margin-top:.35rem}.system .words{color:var(--soft)}
.text{white-space:pre-wrap;unicode-bidi:isolate}
.small,.target,.change,.language,.words time{font-size:.82rem;color:var(--soft)}
.reply{font-size:.85rem;color:var(--soft)}.reply a{color:inherit;text-decoration:none}
.reply a:hover{text-decoration:underline}
.h1{font-size:1.5rem;font-weight:700;margin:.4rem 0 .2rem}.h2{font-size:1.25rem;font-weight:700;margin:.3rem 0 .15rem}
.h3{font-size:1.05rem;font-weight:700;margin:.2rem 0 .1rem}
blockquote{margin:.1rem 0;padding:0 0 0 .75rem;border-inline-start:4px solid var(--line)}
.item{display:flex;gap:.5rem;white-space:normal}.item>div{white-space:pre-wrap;min-width:0}
.dot{min-width:1.1rem;text-align:right;flex:none}
.d2{margin-inline-start:1.5rem}.d3{margin-inline-start:3rem}.d4{margin-inline-start:4.5rem}
.d5,.d6,.d7,.d8,.d9,.d10,.d11{margin-inline-start:6rem}
code{font:.875em/1.35 ui-monospace,Consolas,"DejaVu Sans Mono",monospace;background:var(--code);border-radius:4px;
padding:.1em .25em}
pre{margin:.3rem 0;background:var(--code);border:1px solid var(--line);border-radius:6px;padding:.5rem .75rem;
overflow-x:auto;white-space:pre-wrap}
pre code{padding:0;background:none}
.mention{background:var(--mark);color:var(--marked);border-radius:4px;padding:0 .15rem;font-weight:500}
.moment{background:var(--code);border-radius:4px;padding:0 .2rem}
.emoji{color:var(--soft)}
.spoiler{background:var(--soft);color:transparent;border-radius:4px;cursor:pointer}
.spoiler *{visibility:hidden}
.spoiler:hover,.spoiler:focus{background:var(--code);color:inherit}
.spoiler:hover *,.spoiler:focus *,.spoiler:focus-within *{visibility:visible}
@media print{.spoiler{background:var(--code);color:inherit}.spoiler *{visibility:visible}}
.embed,.forward,.file,details.hidden,.select{background:var(--box);border:1px solid var(--line);border-radius:6px;
padding:.5rem .75rem;margin:.3rem 0;max-width:34rem}
.embed{border-left:4px solid var(--c)}
.forward{border-left:4px solid var(--soft)}
.title{font-weight:600}.author{font-size:.85rem;font-weight:600}
.fields{display:flex;flex-wrap:wrap;gap:.4rem 1rem;margin-top:.4rem}.field{flex:1 0 100%}.field.inline{flex:1 0 8rem}
.answer{display:grid;grid-template-columns:1fr 7rem 2.5rem;gap:.6rem;align-items:center;margin:.2rem 0}
meter{width:100%}
.row{display:flex;flex-wrap:wrap;gap:.4rem;margin:.3rem 0}
.button{border:1px solid var(--line);background:var(--code);border-radius:6px;padding:.2rem .7rem}
.off{opacity:.6}.chosen{font-weight:600}
.select{margin:0}
.section{display:flex;gap:1rem;justify-content:space-between}.section>div:first-child{min-width:0}
.beside{flex:none;max-width:9rem}
.gallery{display:flex;flex-wrap:wrap;gap:.4rem}
figure{margin:.3rem 0}figcaption{font-size:.82rem;color:var(--soft)}
img,video{max-width:100%;max-height:24rem;border-radius:6px;display:block}
audio{max-width:100%}
.sticker{font-style:italic;color:var(--soft)}
.reactions{display:flex;flex-wrap:wrap;gap:.3rem;margin:.2rem 0}
.reactions span{background:var(--box);border:1px solid var(--line);border-radius:8px;padding:0 .4rem;font-size:.85rem}
hr{border:0;border-top:1px solid var(--line);margin:.5rem 0}.gap{height:.5rem}
summary{cursor:pointer}
@media (max-width:36rem){.m{padding-left:.5rem}.face{display:none}.side{position:static;display:block;text-align:left}
main,header,footer{padding-left:.6rem;padding-right:.6rem}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.35rem}
.answer{grid-template-columns:1fr 4rem 2rem}.beside{max-width:6rem}}
"""
