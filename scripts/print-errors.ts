import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { publicStatusOf } from "../src/api/error-table.ts";
import { errorsOfEveryCall, mutationErrors } from "../src/api/graphql/mutation-errors.ts";
import { restErrors } from "../src/api/rest/error-codes.ts";
import { type ErrorCode, errorCatalogue } from "../src/base/app-error.ts";
import { errorGuide } from "../src/base/error-guide.ts";

const codes = Object.keys(errorCatalogue) as ErrorCode[];

function whoAnswers(code: ErrorCode): string {
  if (errorsOfEveryCall.includes(code)) return "every call";
  if (["PATH_NOT_FOUND", "METHOD_NOT_ALLOWED"].includes(code)) return "whatever path";
  const mutations = namesOf(mutationErrors, code);
  const paths = namesOf(restErrors, code);
  const overRest = paths.length > 0 ? [`REST (${paths.join(", ")})`] : [];
  return [...mutations, ...overRest].join(", ") || "queries and streams";
}

function namesOf(table: Readonly<Record<string, readonly ErrorCode[]>>, code: ErrorCode): string[] {
  return Object.entries(table).flatMap(([name, own]) => (own.includes(code) ? [`\`${name}\``] : []));
}

function entry(code: ErrorCode): string {
  const { when, remedy } = errorGuide[code];
  return `### ${code}

${errorCatalogue[code]}, HTTP ${publicStatusOf(code)}. From ${whoAnswers(code)}.

**When**: ${when} **What to do**: ${remedy}
`;
}

/** The whole page docs/errors.md. */
export function errorsPage(): string {
  return `# Errors

Printed from the code by \`npx tsx scripts/print-errors.ts\`: \`src/base/app-error.ts\` has the codes, \`src/base/error-guide.ts\`
what to do about each, \`src/api/graphql/mutation-errors.ts\` which mutation answers which, \`src/api/rest/error-codes.ts\`
which path of REST.

Every failure has a code that keeps its meaning; the sentence beside it may change. In GraphQL it is
\`errors[].extensions { code kind requestId details }\`. A refusal of a whole request has the HTTP status of its code; what a
single field answers comes with 200. Elsewhere, over [REST](rest.md) too, it is a problem document (RFC 9457) with the same code, kind and
details.

| Kind | HTTP | Meaning | Repeat it? |
|---|---|---|---|
| invalid | 400 | the input is wrong | no |
| unauthenticated | 401 | who asks is not known | no |
| forbidden | 403 | who asks may not | no |
| not-found | 404 | there is no such thing here | no |
| conflict | 409 | not in this state | after looking |
| limited | 429 | too much at once | after \`details.retryAfterSeconds\` |
| unavailable | 503 | something that Envoi depends on does not answer | yes, under the same requestId |
| internal | 500 | a fault of Envoi's own, INTERNAL: its log has the cause under the answer's \`requestId\` | under the same requestId |

A mutation that answers an error has done nothing (retryMessages works in transactions of 5,000, see [D50](delivery-contract.md#dead-letters)). Faults of single recipients are no errors: they are verdicts, with an
[exclusion](delivery-contract.md#verdicts) each. Findings about content are no errors either but issues, see
[personalisation](personalisation.md).

## Codes

${codes.map(entry).join("\n")}`;
}

if (process.argv[1] === import.meta.filename) writeFileSync(join(import.meta.dirname, "../docs/errors.md"), errorsPage());
