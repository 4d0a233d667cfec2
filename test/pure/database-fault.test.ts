import { describe, expect, test } from "vitest";
import { type DatabaseFault, databaseFaultOf, isPassingFault } from "../../src/storage/index.ts";

const coded = (code: string): Error => Object.assign(new Error("said"), { code });

describe("what a failure of the database means is read from its code, alone", () => {
  const meanings: readonly [string, DatabaseFault | null][] = [
    ["ECONNREFUSED", "away"],
    ["ENOTFOUND", "away"],
    ["08006", "away"],
    ["57P01", "away"],
    ["40001", "collided"],
    ["40P01", "collided"],
    ["55P03", "locked"],
    ["53100", "overloaded"],
    ["57014", "overloaded"],
    ["23505", "outrun"],
    ["22P05", "unstorable"],
    ["42601", null],
    ["EACCES", null],
    ["", null],
  ];
  test.each(meanings)("%s: %s", (code, fault) => {
    expect(databaseFaultOf(coded(code))).toBe(fault);
    expect(databaseFaultOf(new Error("wrapped", { cause: coded(code) }))).toBe(fault);
  });

  test("work is begun anew where the database was away or two transactions collided, and nowhere else", () => {
    for (const [code, fault] of meanings) expect(isPassingFault(coded(code))).toBe(fault === "away" || fault === "collided");
  });
});
