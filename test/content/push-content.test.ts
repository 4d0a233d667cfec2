import { expect, test } from "vitest";
import { checkContent, compileContent, type Json } from "../../src/content/index.ts";
import { aRecipient } from "./support/render.ts";

function push(extra: { imageUrl?: string; deepLink?: string; data?: Json }, context: Record<string, unknown> = {}) {
  return compileContent("PUSH", { push: { title: "t", body: "b", ...extra } }).render(aRecipient({ context }));
}

test("every text in a push notification's data is a template, and nothing else is touched", () => {
  const data: Json = {
    url: "https://x/{{context.id}}",
    "{{key}}": ["{%= 1 + 1 %}", { deep: "plain" }],
    n: 1,
    yes: true,
    none: null,
  };
  expect(push({ data }, { id: 7 })).toEqual({
    kind: "rendered",
    message: {
      channel: "PUSH",
      title: "t",
      body: "b",
      imageUrl: null,
      deepLink: null,
      data: { url: "https://x/7", "{{key}}": ["2", { deep: "plain" }], n: 1, yes: true, none: null },
    },
  });
});

test("a key __proto__ in the data stays a key", () => {
  const result = push({ data: JSON.parse('{"__proto__": "{{context.a}}"}') }, { a: "x" });
  const data = result.kind === "rendered" && result.message.channel === "PUSH" ? result.message.data : null;
  expect(JSON.stringify(data)).toBe('{"__proto__":"x"}');
});

test("data may be one text, or nothing", () => {
  expect(push({ data: "{{context.a}}" }, { a: "x" })).toMatchObject({ message: { data: "x" } });
  expect(push({})).toMatchObject({ message: { data: null } });
});

test("an address that prints nothing is none", () => {
  expect(push({ imageUrl: "{{profile.image}}", deepLink: " " })).toMatchObject({ message: { imageUrl: null, deepLink: null } });
  expect(push({ deepLink: "app://{{context.id}}" }, { id: 3 })).toMatchObject({ message: { deepLink: "app://3" } });
});

test("a variable missing in the data excludes the recipient", () => {
  expect(push({ data: { a: ["{{context.gone}}"] } })).toMatchObject({
    kind: "missing-context",
    paths: ["context.gone"],
    detail: expect.stringContaining("content.push.data.a.0"),
  });
});

test("a notification that a recipient's data makes larger than 4,096 bytes is not sent, and the sentence says so [D10]", () => {
  const bytesAround = JSON.stringify({ title: "t", body: "b", data: "" }).length;
  expect(push({ data: "{{context.a}}" }, { a: "x".repeat(4_096 - bytesAround) }).kind).toBe("rendered");
  expect(push({ data: "{{context.a}}" }, { a: `é${"x".repeat(4_095 - bytesAround)}` })).toEqual({
    kind: "render-error",
    detail: "content.push: the notification has 4097 bytes, more than 4096.",
  });
});

const [id, hostile] = ["{{context.id}}", "{{context.link}}"];

test.each([
  ["deepLink", `myapp://orders/${id}`],
  ["deepLink", "/orders/7?at=12:30"],
  ["deepLink", "https://x.example/{{context.id}}"],
  ["imageUrl", "http://x.example/a.png"],
])("a push message may lead to the web or into an app: %s %s", (use, address) => {
  expect(checkContent("PUSH", { push: { title: "t", body: "b", [use]: address } }).issues).toEqual([]);
  expect(push({ [use]: address }, { id: 7 })).toMatchObject({ kind: "rendered", message: { [use]: address.replace(id, "7") } });
});

test.each([
  ["deepLink", "javascript:alert(1)"],
  ["deepLink", " JAVA\nSCRIPT:alert(1)"],
  ["deepLink", "vbscript:x"],
  ["deepLink", "data:text/html,x"],
  ["deepLink", "file:///etc/passwd"],
  ["deepLink", "content://contacts"],
  ["deepLink", "intent://x#Intent;end"],
  ["deepLink", "java\u200bscript:x"],
  ["imageUrl", "javascript:alert(1)"],
  ["imageUrl", "data:image/png;base64,x"],
  ["imageUrl", "file:///a.png"],
  ["imageUrl", "ftp://x.example/a.png"],
  ["imageUrl", "a.png"],
])("any other address in a push message is a fault in the review, and of data excludes the recipient: %s %s", (use, address) => {
  const { issues } = checkContent("PUSH", { push: { title: "t", body: "b", [use]: address } });
  expect(issues).toMatchObject([{ severity: "ERROR", code: "URL_SCHEME_UNSAFE", path: `content.push.${use}` }]);
  const split = { "{{context.link}}": address, [`${address.slice(0, 3)}{{context.link}}`]: address.slice(3) };
  for (const [template, link] of Object.entries(split))
    expect(push({ [use]: template }, { link })).toMatchObject({
      kind: "render-error",
      detail: expect.stringContaining(`content.push.${use}`),
    });
  expect(push({ [use]: hostile }, { link: " " })).toMatchObject({ kind: "rendered", message: { [use]: null } });
});
