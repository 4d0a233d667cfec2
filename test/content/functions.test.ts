import { describe, expect, test } from "vitest";
import { functions } from "../../src/content/functions/registry.ts";
import { textOf } from "./support/render.ts";

const sample = { profile: { name: "  jean-luc O'HARA ", list: [1], count: 7 }, context: {} };

describe("a function gives what its documentation says", () => {
  test.each([
    ['upperCase("straße")', "STRASSE"],
    ['lowerCase("ÀÉ")', "àé"],
    ['titleCase("washington HIGH street")', "Washington High Street"],
    ["titleCase(trim(profile.name))", "Jean-Luc O'hara"],
    ["trim(profile.name)", "jean-luc O'HARA"],
    ['concat("a", profile.count, true, profile.none, profile.list, "b")', "a7trueb"],
    ['concat("alone")', "alone"],
    ['length("four")', "4"],
    ["length(profile.none)", "0"],
  ])("%s", (call, text) => {
    expect(textOf(`{%= ${call} %}`, sample)).toBe(text);
  });
});

test("every function has a line of documentation and a name of its own", () => {
  for (const [name, definition] of functions) {
    expect(definition.name).toBe(name);
    expect(definition.doc).toMatch(/^[A-Z].*\.$/);
  }
  expect([...functions.keys()]).toEqual(["upperCase", "lowerCase", "titleCase", "trim", "concat", "length"]);
});
