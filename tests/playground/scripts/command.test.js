import assert from "node:assert/strict";
import { test } from "node:test";

import { flatten, readLine, resolve, search } from "../../../playground/static/command.js";

const COMMANDS = [
  {
    id: "1", type: 1, key: "settings", name: "settings", description: "Settings",
    options: [
      { type: 1, key: "set", name: "set", description: "Change one", options: [{ type: 3, key: "key", name: "key", required: true }, { type: 3, key: "value", name: "value", required: true }] },
      { type: 1, key: "view", name: "view", description: "Show them", options: [] },
      { type: 2, key: "admin", name: "admin", description: "More", options: [{ type: 1, key: "reset", name: "reset", description: "All of them" }] },
    ],
  },
  { id: "2", type: 1, key: "help", name: "hilfe", description: "What there is", options: [] },
  { id: "3", type: 2, key: "Greet", name: "Greet" },
];
const entries = flatten(COMMANDS);
const never = () => null;

test("subcommands become whole commands; menu commands are none", () => {
  assert.deepEqual(entries.map((entry) => entry.path), ["hilfe", "settings admin reset", "settings set", "settings view"]);
  assert.equal(entries[0].key, "help");
  assert.deepEqual(entries[2].options.map((option) => option.name), ["key", "value"]);
});

test("what is typed finds by beginning, word and description, in this order", () => {
  assert.deepEqual(search(entries, "set").map((entry) => entry.path), ["settings admin reset", "settings set", "settings view"]);
  assert.deepEqual(search(entries, "view").map((entry) => entry.path), ["settings view"]);
  assert.deepEqual(search(entries, "what there").map((entry) => entry.path), ["hilfe"]);
  assert.deepEqual(search(entries, "nothing"), []);
});

test("a pasted line fills the fields", () => {
  const read = readLine(entries, "/settings set key:general.page size value: 5");
  assert.equal(read.entry.path, "settings set");
  assert.deepEqual(read.values, { key: { text: "general.page size" }, value: { text: "5" } });
  assert.equal(readLine(entries, "/settings set"), null);
  assert.equal(readLine(entries, "/settings"), null);
  assert.deepEqual(readLine(entries, "/settings set page").values, { key: { text: "page" } });
  for (const called of ["/hilfe ", "/help "]) assert.equal(readLine(entries, called).entry.key, "help");
});

test("numbers know their bounds", () => {
  const option = { type: 4, name: "n", required: true, min_value: 1, max_value: 5 };
  assert.deepEqual(resolve(option, { text: "3" }, never), { value: 3 });
  for (const bad of ["0", "6", "2.5", "two", "", "1e1"]) assert.ok(resolve(option, { text: bad }, never).error, bad);
  assert.match(resolve(option, { text: "9" }, never).error, /a whole number from 1 to 5/);
  assert.deepEqual(resolve({ type: 10, name: "x" }, { text: "-.5" }, never), { value: -0.5 });
  assert.deepEqual(resolve({ ...option, required: false }, { text: "" }, never), {});
});

test("choices, booleans, pickers and lengths", () => {
  const choice = { type: 3, name: "c", required: true, choices: [{ name: "Red", value: "r" }] };
  assert.deepEqual(resolve(choice, { text: "red" }, never), { value: "r" });
  assert.ok(resolve(choice, { text: "blue" }, never).error);
  assert.deepEqual(resolve({ type: 5, name: "b" }, { text: "False" }, never), { value: false });
  assert.deepEqual(resolve({ type: 5, name: "b" }, { picked: false }, never), { value: false });
  assert.deepEqual(resolve({ type: 7, name: "ch" }, { text: "#general" }, () => "42"), { value: "42" });
  assert.ok(resolve({ type: 7, name: "ch" }, { text: "#nowhere" }, never).error);
  assert.match(resolve({ type: 3, name: "s", max_length: 3 }, { text: "four" }, never).error, /at most 3 characters; this has 4/);
  assert.deepEqual(resolve({ type: 3, name: "s", max_length: 2 }, { text: "👍👍" }, never), { value: "👍👍" });
  assert.ok(resolve({ type: 11, name: "f", required: true }, {}, never).error);
});
