import fc from "fast-check";
import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from "graphql";

const strange = fc.constantFrom(
  "null",
  "-1",
  "1e999",
  '""',
  "[]",
  "{}",
  "$v",
  "$nowhere",
  "NOPE",
  "true",
  '"\\u0000"',
  '"\\ud800"',
  "[[[[1]]]]",
  "{a: {a: {a: 1}}}",
  '"""x"""',
  "9999999999999999999",
  "0.1",
);

/** A value for an argument of this type: mostly one that fits, sometimes anything. */
function valueFor(type: unknown, depth: number, faults: number): fc.Arbitrary<string> {
  const fitting = (): fc.Arbitrary<string> => {
    if (isNonNullType(type)) return valueFor(type.ofType, depth, faults);
    if (isListType(type))
      return fc.array(valueFor(type.ofType, depth, faults), { maxLength: 3 }).map((items) => `[${items.join(", ")}]`);
    const named = getNamedType(type as GraphQLNamedType);
    if (isEnumType(named)) return fc.constantFrom(...named.getValues().map(({ name }) => name));
    if (isInputObjectType(named)) {
      if (depth > 3) return fc.constant("{}");
      const fields = Object.values(named.getFields());
      return fc.tuple(...fields.map((field) => fc.tuple(fc.boolean(), valueFor(field.type, depth + 1, faults)))).map((picked) => {
        const given = picked.flatMap(([isGiven, value], index) => {
          const field = fields[index];
          return field && (isGiven || isNonNullType(field.type)) ? [`${field.name}: ${value}`] : [];
        });
        return `{${given.join(", ")}}`;
      });
    }
    switch (named.name) {
      case "Int":
        return fc.integer({ min: -3, max: 700 }).map(String);
      case "Float":
        return fc.double({ noNaN: true, noDefaultInfinity: true }).map(String);
      case "Boolean":
        return fc.boolean().map(String);
      case "JSON":
        return fc.constantFrom("{}", '{a: "x"}', "7", "[1]", "{system: 1}", "null");
      case "DateTime":
        return fc.constantFrom('"2026-01-02T03:04:05Z"', '"nonsense"', '"2026-13-45T00:00:00Z"', "7");
      default:
        return fc.oneof(
          fc.constantFrom('"01900000-0000-7000-8000-000000000000"', '"x"', '"a@b.example"', '"email"', '""'),
          fc.string({ unit: "binary", maxLength: 20 }).map((text) => JSON.stringify(text)),
        );
    }
  };
  return fc.oneof({ weight: 20, arbitrary: fitting() }, { weight: faults, arbitrary: strange });
}

function fieldOf(field: GraphQLField<unknown, unknown>, depth: number, faults: number): fc.Arbitrary<string> {
  const args = fc.tuple(...field.args.map((arg) => fc.tuple(fc.boolean(), valueFor(arg.type, 0, faults)))).map((picked) => {
    const given = picked.flatMap(([isGiven, value], index) => {
      const arg = field.args[index];
      return arg && (isGiven || isNonNullType(arg.type)) ? [`${arg.name}: ${value}`] : [];
    });
    return given.length > 0 ? `(${given.join(", ")})` : "";
  });
  const alias = fc.oneof(
    { weight: 20, arbitrary: fc.constant("") },
    { weight: faults, arbitrary: fc.constantFrom("a: ", "b: ", "__x: ") },
  );
  const directive = fc.oneof(
    { weight: 30, arbitrary: fc.constant("") },
    { weight: faults, arbitrary: fc.constantFrom(" @skip(if: true)", " @include(if: $v)", " @nope", " @skip", " @defer") },
  );
  const inner = isObjectType(getNamedType(field.type))
    ? selectionOf(getNamedType(field.type), depth + 1, faults)
    : fc.constant("");
  return fc.tuple(alias, args, directive, inner).map(([name, given, at, set]) => `${name}${field.name}${given}${at}${set}`);
}

function selectionOf(type: GraphQLNamedType, depth: number, faults: number): fc.Arbitrary<string> {
  if (!isObjectType(type)) return fc.constant("");
  const fields = Object.values(type.getFields());
  const isDeep = (field: GraphQLField<unknown, unknown>) => isObjectType(getNamedType(field.type));
  const usable = depth > 6 ? fields.filter((field) => !isDeep(field)) : fields;
  const extras = fc.constantFrom(
    "__typename",
    "nope",
    "...F",
    "... on Query { viewer { id } }",
    "... { __typename }",
    "__schema { types { name } }",
  );
  const one: fc.Arbitrary<string> = fc.oneof(
    {
      weight: 14,
      arbitrary: fc
        .nat(Math.max(usable.length - 1, 0))
        .chain((index) => (usable[index] ? fieldOf(usable[index], depth, faults) : extras)),
    },
    { weight: faults, arbitrary: extras },
  );
  return fc.array(one, { minLength: 1, maxLength: depth > 3 ? 2 : 4 }).map((selections) => ` { ${selections.join(" ")} }`);
}

/** Documents that the schema allows, or almost: queries and mutations, many with a fault or a strange value. */
export function randomDocuments(schema: GraphQLSchema): fc.Arbitrary<string> {
  const types = [schema.getQueryType(), schema.getMutationType()].flatMap((type) => type ?? []);
  const operation = (faults: number) =>
    fc.constantFrom(...types).chain((type) => selectionOf(type, 0, faults).map((set) => complete(type.name.toLowerCase(), set)));
  /** One character out, in or changed: what a parser sees of a bad editor. */
  const broken = fc
    .tuple(operation(1), fc.nat(), fc.constantFrom("", "{", "}", '"', "\\", "\0", "…", "#", "$", "\ud83d\ude00"))
    .map(([text, at, piece]) => text.slice(0, at % text.length) + piece + text.slice((at % text.length) + 1));
  return fc.oneof(
    { weight: 4, arbitrary: operation(0) },
    { weight: 4, arbitrary: operation(1) },
    { weight: 1, arbitrary: broken },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 200 }) },
  );
}

/** With the variable and the fragment that it uses. */
function complete(operation: string, set: string): string {
  const variable = /\$v\b/.test(set) ? " ($v: Boolean = true)" : "";
  return `${operation}${variable}${set}${set.includes("...F") ? " fragment F on Campaign { id }" : ""}`;
}
