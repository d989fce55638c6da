import assert from "node:assert/strict";
import { test } from "node:test";

import { parse, parseInline } from "../../../playground/static/markdown.js";
import { moment, relative, writeIn } from "../../../playground/static/moments.js";

const text = (value) => ({ type: "text", text: value });
const strong = (...children) => ({ type: "strong", children });
const em = (...children) => ({ type: "em", children });
const inline = (source) => parse(source)[0].children;

test("emphasis nests and does not begin inside words or before spaces", () => {
  assert.deepEqual(inline("**a *b* c**"), [strong(text("a "), em(text("b")), text(" c"))]);
  assert.deepEqual(inline("***both***"), [strong(em(text("both")))]);
  assert.deepEqual(inline("**bold *both***"), [strong(text("bold "), em(text("both")))]);
  assert.deepEqual(inline("__u__ ~~s~~ ||x||").map((node) => node.type), ["underline", "text", "strike", "text", "spoiler"]);
  assert.deepEqual(inline("snake_case_word"), [text("snake_case_word")]);
  assert.deepEqual(inline("2 * 3 * 4"), [text("2 * 3 * 4")]);
  assert.deepEqual(inline("**open"), [text("**open")]);
});

test("escapes and code take the meaning away", () => {
  assert.deepEqual(inline("\\*no\\*"), [text("*no*")]);
  assert.deepEqual(inline("`**x** <@123456789012345678>`"), [{ type: "code", text: "**x** <@123456789012345678>" }]);
  assert.deepEqual(inline("``a`b``"), [{ type: "code", text: "a`b" }]);
  assert.deepEqual(inline("C:\\dir"), [text("C:\\dir")]);
});

test("fences keep their content and their language", () => {
  assert.deepEqual(parse("```sql\nSELECT '**1**';\n```"), [{ type: "codeblock", language: "sql", text: "SELECT '**1**';" }]);
  assert.deepEqual(parse("a ```b``` c").map((block) => block.type), ["paragraph", "codeblock", "paragraph"]);
  assert.deepEqual(inline("```open"), [text("```open")]);
});

test("blocks: headings, subtext, quotes, nested lists", () => {
  const blocks = parse("# One\n-# small\n- a\n  - b\n- c\n3. x\n4. y\n> q\n> r\nend");
  assert.deepEqual(blocks.map((block) => block.type), ["heading", "subtext", "list", "list", "quote", "paragraph"]);
  assert.deepEqual(blocks[2].items[0][1].items, [[text("b")]]);
  assert.equal(blocks[2].items.length, 2);
  assert.equal(blocks[3].start, 3);
  assert.deepEqual(parse(">>> all\n# of it")[0].children.map((block) => block.type), ["paragraph", "heading"]);
});

test("mentions, commands, times and emoji are recognised by their ids", () => {
  const id = "123456789012345678";
  const nodes = inline(`<@${id}><@!${id}><@&${id}><#${id}></settings set:${id}><t:1700000000:R><t:5><:wave:${id}>@everyone`);
  assert.deepEqual(nodes.map((node) => node.type), ["user", "user", "role", "channel", "command", "time", "time", "emoji", "ping"]);
  assert.deepEqual(nodes[5], { type: "time", seconds: 1_700_000_000, style: "R" });
  assert.equal(nodes[6].style, "f");
  assert.deepEqual(inline("<t:1:Q> <@12>"), [text("<t:1:Q> <@12>")]);
});

test("links are http(s) only, and punctuation stays outside", () => {
  assert.deepEqual(inline("see https://a.example/b_(c)."), [
    text("see "),
    { type: "link", href: "https://a.example/b_(c)", children: [text("https://a.example/b_(c)")] },
    text("."),
  ]);
  assert.equal(inline("[**x**](https://a.example)")[0].children[0].type, "strong");
  for (const bad of ["[x](javascript:alert(1))", "javascript:alert(1)", "<javascript:alert(1)>", "[x](data:text/html,1)"]) {
    assert.deepEqual(inline(bad), [text(bad)]);
  }
});

test("HTML is text", () => {
  const attack = '<img src=x onerror="alert(1)"><script>alert(2)</script>';
  assert.deepEqual(inline(attack), [text(attack)]);
  assert.deepEqual(parseInline("# no heading here"), [text("# no heading here")]);
});

test("hostile input is parsed in no time", () => {
  const began = performance.now();
  for (const source of ["*_`||**".repeat(600), "*a".repeat(2000), "`".repeat(4000), "[".repeat(4000), "> ".repeat(2000), "```".repeat(1300), `${"  ".repeat(9)}- a\n`.repeat(200), "** ".repeat(1300)]) {
    parse(source);
  }
  assert.ok(performance.now() - began < 2000);
});

test("times are written in every style", () => {
  const fixed = { locale: "en-GB", timeZone: "UTC", now: 1_795_363_700 };
  const written = Object.fromEntries([..."tTdDfFsSR"].map((style) => [style, moment(1_795_360_000, style, fixed)]));
  assert.equal(written.t, "15:06");
  assert.equal(written.T, "15:06:40");
  assert.equal(written.d, "22/11/2026");
  assert.match(written.F, /^Sunday,? 22 November 2026/);
  assert.equal(written.R, "1 hour ago");
  assert.equal(relative(100, 30, "en"), "in 1 minute");
  assert.equal(relative(3 * 3600 - 1, 0, "en"), "in 3 hours");
  assert.equal(moment(1e15, "f"), "Invalid date");
  writeIn("de");
  assert.equal(moment(1_795_360_000, "D", { timeZone: "UTC" }), "22. November 2026");
  assert.equal(relative(3 * 3600 - 1, 0), "in 3 Stunden");
  writeIn("en-GB");
});
