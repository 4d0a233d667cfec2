import { describe, expect, test } from "vitest";
import { smsSegments } from "../../src/content/index.ts";
import { renderText } from "./support/render.ts";

describe("segments are counted as phone networks count them", () => {
  test.each([
    ["", 0, "GSM-7"],
    ["x".repeat(160), 1, "GSM-7"],
    ["x".repeat(161), 2, "GSM-7"],
    ["x".repeat(306), 2, "GSM-7"],
    ["x".repeat(307), 3, "GSM-7"],
    ["€".repeat(80), 1, "GSM-7"],
    ["€".repeat(81), 2, "GSM-7"],
    [`${"x".repeat(152)}€${"x".repeat(152)}`, 3, "GSM-7"],
    ["@£$¥èéùìòÇØøÅåΔ_ÆæßÉäöñüà^{}[~]|\\\f\n\r", 1, "GSM-7"],
    ["ş".repeat(70), 1, "UCS-2"],
    ["ş".repeat(71), 2, "UCS-2"],
    ["ş".repeat(134), 2, "UCS-2"],
    ["ş".repeat(135), 3, "UCS-2"],
    ["😀".repeat(35), 1, "UCS-2"],
    ["😀".repeat(67), 3, "UCS-2"],
    ["`", 1, "UCS-2"],
  ])("%#: %j", (text, segments, encoding) => {
    expect(smsSegments(text)).toEqual({ segments, encoding });
  });
});

test("an SMS that a recipient's data makes longer than 1,500 characters is not sent, and the sentence says so [D10]", () => {
  expect(renderText("{{context.a}}", { context: { a: "x".repeat(1_500) } })).toMatchObject({ message: { segments: 10 } });
  expect(renderText("Hi {{context.a}}", { context: { a: "x".repeat(150_000) } })).toEqual({
    kind: "render-error",
    detail: "content.sms.body: the text has 150003 characters, more than 1500.",
  });
});

test("a rendered SMS says its segments", () => {
  expect(renderText("{{context.a}}", { context: { a: "x".repeat(161) } })).toMatchObject({ message: { segments: 2 } });
});
