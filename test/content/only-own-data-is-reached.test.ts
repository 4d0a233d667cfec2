import { afterEach, describe, expect, test } from "vitest";
import { faultsOf, textOf } from "./support/render.ts";

describe("what an object inherits is never printed", () => {
  afterEach(() => {
    Reflect.deleteProperty(Object.prototype, "polluted");
    Reflect.deleteProperty(Array.prototype, "polluted");
  });

  test("a polluted prototype prints nothing", () => {
    Object.defineProperty(Object.prototype, "polluted", { value: "leak", configurable: true });
    Object.defineProperty(Array.prototype, "polluted", { value: "leak", configurable: true });
    const sample = { profile: { list: [1], own: {} } };
    expect(textOf("[{{profile.polluted}}{{profile.own.polluted}}{{profile.list.polluted}}]", sample)).toBe("[]");
  });

  test.each(["toString", "valueOf", "hasOwnProperty", "`__defineGetter__`"])("profile.%s prints nothing", (name) => {
    expect(
      textOf(`[{{profile.${name}}}{{profile.text.${name}}}{{profile.list.${name}}}]`, { profile: { text: "x", list: [1] } }),
    ).toBe("[]");
  });

  test("a function in the data prints nothing", () => {
    expect(textOf("[{{profile.f}}{%= upperCase(profile.f) %}]", { profile: { f: () => "called" } })).toBe("[]");
  });

  test("a key __proto__ of the caller's JSON changes nothing", () => {
    const context = JSON.parse('{"a": {"__proto__": {"b": "leak"}}, "__proto__": {"c": "leak"}}');
    expect(textOf('[{%= context.a.b ?: "" %}{%= context.c ?: "" %}]', { context })).toBe("[]");
  });
});

describe("a path cannot name the machinery", () => {
  test.each([
    "profile.__proto__",
    "profile.`__proto__`.x",
    "context.a.constructor",
    "context.prototype",
    "profile.constructor.constructor",
  ])("{{%s}} is refused", (path) => {
    expect(faultsOf(`{{${path}}}`)).toEqual(["VARIABLE_UNKNOWN 1:3"]);
  });

  test("not through an alias, nor through let", () => {
    expect(faultsOf("{{#with profile.a as |x|}}{{x.constructor}}{{/with}}")).toEqual(["VARIABLE_UNKNOWN 1:29"]);
    expect(faultsOf("{% let x = profile.a %}{{x.__proto__}}")).toEqual(["VARIABLE_UNKNOWN 1:26"]);
  });

  test.each(["process", "globalThis", "it", "__rt", "__eta", "options", "include", "Function", "v1", "undefined"])(
    "%s is not a variable",
    (name) => {
      expect(faultsOf(`{%= ${name} %}`)).toEqual(["VARIABLE_UNKNOWN 1:5"]);
    },
  );

  test("null is a value that has no parts", () => {
    expect(textOf("[{%= null %}]")).toBe("[]");
    expect(faultsOf("{%= null.constructor %}")).toEqual(["TEMPLATE_SYNTAX 1:9"]);
  });
});
