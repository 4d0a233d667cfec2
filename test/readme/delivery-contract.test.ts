import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readText, root } from "./pages.ts";

/** Clauses that no test cites yet, and what is missing. Remove a line together with writing its test. */
const missingTests: Readonly<Record<string, string>> = {
  D2: "a call that is refused leaves no row, also when one of its recipients is the reason",
  D3: "one test for each fault of a call",
  D4: "each reason of accept as a verdict beside recipients that are sent",
  D6: "a call held up by a lock answers TIMED_OUT, and its repetition makes one execution",
  D7: "a version that goes live while messages wait leaves them as they were",
  D8: "consent and repeated addresses by category",
  D9: "consent and suppression changed while the campaign is paused",
  D10: "MISSING_CONTEXT and RENDER_ERROR in the engine; the rendering itself is tested in test/content",
  D11: "simulation beside execution of the same call, and nothing stored",
  D12: "shown by channels/smtp-faults (RESEND, same Message-ID): its title has to cite the clause",
  D13: "shown by channels/smtp-faults (HOLD): its title has to cite the clause; and a worker killed while sending, with HOLD",
  D14: "shown by channels/smtp-faults after the body: its title has to cite the clause; and a connection cut before the body",
  D15: "shown by channels/smtp-faults (4xx and 5xx): its title has to cite the clause; and the retry plan, pure",
  D16: "shown by channels/smtp-faults (a wrong password): its title has to cite the clause",
  D17: "order in the mailbox",
  D18: "a transactional trigger while a large marketing one drains",
  D19: "shown by durability/rates-are-exact: its titles have to cite the clause",
  D20: "recorded instants after the engine's thread was held up",
  D21: "shown by durability/rates-are-exact: its title has to cite the clause",
  D22: "capacity at accept, and a window that ends while messages wait",
  D23: "who falls out when the rate is lowered",
  D24: "recorded instants of two campaigns under one quota",
  D25: "shown in part by campaigns/campaign-clock (executeAt): its title has to cite the clause; and both edges of a window",
  D26: "shown by campaigns/campaign-clock: its titles have to cite the clause",
  D27: "a pause while messages are claimed and sending",
  D28: "a stop while messages wait, are claimed and sending",
  D29: "the same for cancelExecution",
  D30: "shown by campaigns/campaign-clock (endAt): its titles have to cite the clause; and one-shot",
  D31: "shown by durability/kill: its title has to cite the clause",
  D32: "a worker stopped past its lease",
  D33: "outcomes of a worker that lost its lease",
  D34: "PostgreSQL restarted while messages are sent",
  D35: "SIGTERM while messages are sent",
  D36: "a second server on one database",
  D38: "totals compared with counted messages after every kind of change",
  D41: "executionProgress completes",
  D42: "status changes and message events from the moment of subscribing",
  D43: "context after SENT, EXCLUDED, FAILED",
  D44: "the mailbox is trimmed",
};

const clauses = [...readText("docs/delivery-contract.md").matchAll(/^- \*\*\[(D\d+)\]/gm)].map(([, id]) => id ?? "");

function citedClauses(): ReadonlySet<string> {
  const files = readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".test.ts"),
  );
  const texts = files.map((name) => readText(join("test", name)));
  return new Set(texts.flatMap((text) => [...text.matchAll(/\[(D\d+)\]/g)].map(([, id]) => id ?? "")));
}

test("clauses of the delivery contract are numbered in a row", () => {
  expect(clauses).toEqual(clauses.map((_, index) => `D${index + 1}`));
});

test("every clause of the delivery contract is cited by a test, or the missing test is named", () => {
  const cited = citedClauses();
  expect(clauses.filter((id) => !cited.has(id) && !(id in missingTests))).toEqual([]);
  expect([...cited, ...Object.keys(missingTests)].filter((id) => !clauses.includes(id))).toEqual([]);
});
