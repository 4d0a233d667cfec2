import fc from "fast-check";
import { expect, test } from "vitest";
import { Members } from "../../../src/content/functions/members.ts";
import { areEqual } from "../../../src/content/values.ts";
import { cases, random } from "../../support/random-cases.ts";
import { describeFamily } from "../support/function-cases.ts";

const ids = (call: string): string => `join(${call}, "|")`;

describeFamily("Lists", {
  head: [
    ['head(["red", "green"])', "red"],
    ["head(profile.list)", "b"],
    ["head(profile.empties)", ""],
    ["head(profile.none)", ""],
    ["head(profile.word)", "excludes: profile.word"],
  ],
  distinct: [
    [ids("distinct(profile.list)"), "b|a"],
    [ids('distinct([1, "1", 2, true, "true", 1])'), "1|2|true"],
    ["countWithNull(distinct(profile.nulls))", "3"],
    ["countWithNull(distinct(profile.orders))", "5"],
    ["countWithNull(distinct(profile.none))", "0"],
  ],
  topN: [
    [ids('topN([3, "10", 2.5, 10], "", 3)'), "10|10|3"],
    [ids("topN(profile.orders, price, 2).id"), "b|a"],
    ["countWithNull(topN(profile.wrongOrders, price, 2))", "excludes: profile.wrongOrders"],
    ['get(head(topN(profile.orders, "price", 1)), "id")', "b"],
    ['get(head(topN(profile.orders, "price", 5)), "price")', "20"],
    ['countWithNull(topN(profile.orders, "price", 99))', "5"],
    ['countWithNull(topN(profile.orders, "price", 2.9))', "2"],
    ['countWithNull(topN(profile.orders, "price", -1))', "0"],
    ['countWithNull(topN(profile.orders, "price", profile.word))', "excludes: profile.word"],
    ['countWithNull(topN(profile.orders, "constructor", 99))', "5"],
    ['countWithNull(topN(profile.none, "price", 1))', "0"],
  ],
  bottomN: [
    [ids('bottomN([3, "10", 2.5, 10], "", 3)'), "2.5|3|10"],
    ['get(head(bottomN(profile.orders, "price", 1)), "id")', "a"],
    ['countWithNull(bottomN(profile.orders, "price", 4))', "4"],
    ['get(head(bottomN(profile.orders, "none", 1)), "id")', "a"],
    ['countWithNull(bottomN(profile.none, "price", 1))', "0"],
  ],
  in: [
    ["in(6, [3, 6, 9])", "true"],
    ['in("6", [3, 6, 9])', "true"],
    ["in(7, [3, 6, 9])", "false"],
    ["in(profile.none, profile.nulls)", "false"],
    ["in(7, profile.none)", "false"],
    ["in(context.none, [1])", "false"],
  ],
  notIn: [
    ["notIn(7, [3, 6, 9])", "true"],
    ["notIn(6, [3, 6, 9])", "false"],
    ["notIn(profile.none, [3, 6, 9])", "false"],
    ["notIn(7, profile.none)", "false"],
    ["notIn(7, profile.empties)", "true"],
  ],
  includes: [
    ['includes(profile.list, "a")', "true"],
    ['includes(profile.list, "A")', "false"],
    ["includes(profile.nulls, profile.none)", "true"],
    ['includes(profile.none, "a")', "false"],
    ["includes(profile.orders, profile.map)", "false"],
  ],
  intersects: [
    ['intersects(profile.list, ["c", "a"])', "true"],
    ['intersects(profile.list, ["c"])', "false"],
    ["intersects(profile.numbers, [10])", "true"],
    ["intersects(profile.empties, profile.empties)", "false"],
    ["intersects(profile.none, [1])", "false"],
    ["intersects([1], profile.none)", "false"],
  ],
  subsetOf: [
    ["subsetOf([1, 2], [1, 2, 3])", "true"],
    ['subsetOf([1, 4], ["1", 2, 3])', "false"],
    ["subsetOf(profile.empties, [1])", "true"],
    ["subsetOf(profile.none, [1])", "false"],
    ["subsetOf([1], profile.none)", "false"],
  ],
  supersetOf: [
    ["supersetOf([1, 2, 3], [1, 2])", "true"],
    ["supersetOf([1, 2], [1, 2, 3])", "false"],
    ["supersetOf([1], profile.empties)", "true"],
    ["supersetOf(profile.none, [1])", "false"],
    ["supersetOf([1], profile.none)", "false"],
  ],
  countOnlyNull: [
    ["countOnlyNull(profile.nulls)", "2"],
    ["countOnlyNull([4, 0, 1, 6, 0, 0])", "0"],
    ["countOnlyNull([context.none, context.gone, 1])", "2"],
    ["countOnlyNull(profile.none)", "0"],
  ],
  countWithNull: [
    ["countWithNull(profile.nulls)", "4"],
    ["countWithNull([4, 0, 1, 6, 0, 0])", "6"],
    ["countWithNull([context.none, 1])", "2"],
    ["countWithNull(profile.none)", "0"],
  ],
  distinctCountWithNull: [
    ["distinctCountWithNull([10, 2, 10, profile.null])", "3"],
    ["distinctCountWithNull(profile.nulls)", "3"],
    ["distinctCountWithNull([context.none, context.gone])", "1"],
    ["distinctCountWithNull(profile.none)", "0"],
  ],
});

describeFamily("Aggregation", {
  count: [
    ["count([1, 2, 3])", "3"],
    ["count(profile.nulls)", "2"],
    ["count(profile.orders)", "4"],
    ["count(profile.none)", "0"],
    ["count(profile.word)", "excludes: profile.word"],
  ],
  sum: [
    ["sum([0.1, 0.2])", "0.3"],
    ["sum(profile.numbers)", "15.5"],
    ['sum(profile.orders, "price")', "30"],
    ["sum(profile.orders, price)", "30"],
    ["sum(profile.orders.price)", "30"],
    ["sum(profile.wrongNumbers)", "excludes: profile.wrongNumbers"],
    ['sum(profile.wrongOrders, "price")', "excludes: profile.wrongOrders"],
    ["sum(profile.wrongOrders.price)", "excludes: profile.wrongOrders.price"],
    ['sum(profile.numbers, "price")', "excludes: profile.numbers"],
    ["sum([-1, -2])", "-3"],
    ["sum(profile.empties)", "0"],
    ["sum(profile.none)", "0"],
  ],
  average: [
    ["average([1, 2, 6])", "3"],
    ["average([0.1, 0.2])", "0.15"],
    ['average(profile.orders, "price")', "10"],
    ["average(profile.empties)", "excludes: average(profile.empties)"],
    ["average(profile.list)", "excludes: profile.list"],
    ["average(profile.none)", ""],
  ],
  max: [
    ["max([3, 9, 5])", "9"],
    ["max([-3, -9])", "-3"],
    ["max(profile.numbers)", "10"],
    ['max(profile.orders, "price")', "20"],
    ["max(profile.empties)", "excludes: max(profile.empties)"],
    ["max(profile.none)", ""],
  ],
  min: [
    ["min([3, 9, 5])", "3"],
    ["min([-3, -9])", "-9"],
    ["min(profile.numbers)", "2.5"],
    ['min(profile.orders, "price")', "5"],
    ['min(profile.orders, "constructor")', 'excludes: min(profile.orders, "constructor")'],
    ["min(profile.none)", ""],
  ],
});

describeFamily("Objects as maps", {
  get: [
    ['get(profile.map, "a")', "1"],
    ['get(profile.map, "b")', ""],
    ['get(profile.map, "none") ?: "fallback"', "fallback"],
    ['get(profile.map, "__proto__")', "own"],
    ['get(profile.emptyMap, "__proto__")', ""],
    ['get(profile.map, "constructor")', ""],
    ['get(profile.map, "toString")', ""],
    ['get(profile.list, "length")', "excludes: profile.list"],
    ['get(profile.word, "length")', "excludes: profile.word"],
    ['get(profile.none, "a")', ""],
    ["get(profile.map, profile.none)", ""],
  ],
  keys: [
    [ids("keys(profile.map)"), "a|b|__proto__|list"],
    ["countWithNull(keys(profile.emptyMap))", "0"],
    ["countWithNull(keys(profile.list))", "excludes: profile.list"],
    ["countWithNull(keys(profile.word))", "excludes: profile.word"],
    ["countWithNull(keys(profile.none))", "0"],
  ],
  values: [
    [ids("values(profile.prices)"), "99|119"],
    [ids("values(profile.map)"), "excludes: values(profile.map)"],
    ["countWithNull(values(profile.map))", "4"],
    ["countWithNull(values(profile.none))", "0"],
  ],
});

describeFamily("Objects", {
  isNull: [
    ["isNull(profile.none)", "true"],
    ["isNull(profile.null)", "true"],
    ["isNull(context.none)", "true"],
    ["isNull(context.none.deeper)", "true"],
    ["isNull(profile.empty)", "false"],
    ["isNull(profile.zero)", "false"],
    ["isNull(profile.no)", "false"],
    ["isNull(profile.empties)", "false"],
  ],
  isNotNull: [
    ["isNotNull(profile.none)", "false"],
    ["isNotNull(context.none)", "false"],
    ["isNotNull(profile.empty)", "true"],
    ["isNotNull(profile.map)", "true"],
  ],
});

const item = fc.oneof(
  fc.constantFrom<unknown>(null, undefined, "", "1", "1.0", "true", "a", 0, 1, 2, true, false),
  fc.constant([]),
  fc.constant({}),
);

test("the members of a list are those that = finds in it", random, () => {
  fc.assert(
    fc.property(fc.array(item, { maxLength: 6 }), item, (list, value) => {
      expect(new Members(list).has(value)).toBe(list.some((other) => areEqual(other, value)));
    }),
    cases,
  );
});
