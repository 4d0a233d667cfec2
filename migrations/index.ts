import { CreateSchema } from "./20261121000000-create-schema.ts";
import { AddFragments } from "./20261121140000-add-fragments.ts";
import { LimitKeys } from "./20261121160000-limit-keys.ts";
import { AddApprovals } from "./20261121180000-add-approvals.ts";
import { AddAuditTrail } from "./20261121190000-add-audit-trail.ts";
import { CountHandOvers } from "./20261121200000-count-hand-overs.ts";
import { CountConfigurationChanges } from "./20261127123600-count-configuration-changes.ts";
import { SpellAddressesOneWay } from "./20261127124300-spell-addresses-one-way.ts";
import { RememberLabels } from "./20261127125000-remember-labels.ts";
import { RememberArchived } from "./20261127130500-remember-archived.ts";
import { ProveSecret } from "./20261127133400-prove-secret.ts";
import { FindMessagesOfAPerson } from "./20261127133500-find-messages-of-a-person.ts";
import { CountProofs } from "./20261127134800-count-proofs.ts";
import { CountWorkerDeaths } from "./20261127135400-count-worker-deaths.ts";
import { ReadNumbersWithACountry } from "./20261127180000-read-numbers-with-a-country.ts";

/** In the order in which they run. A name, once released, stays. */
export const migrations = [
  { name: "20261121000000-create-schema", class: CreateSchema },
  { name: "20261121140000-add-fragments", class: AddFragments },
  { name: "20261121160000-limit-keys", class: LimitKeys },
  { name: "20261121180000-add-approvals", class: AddApprovals },
  { name: "20261121190000-add-audit-trail", class: AddAuditTrail },
  { name: "20261121200000-count-hand-overs", class: CountHandOvers },
  { name: "20261127123600-count-configuration-changes", class: CountConfigurationChanges },
  { name: "20261127124300-spell-addresses-one-way", class: SpellAddressesOneWay },
  { name: "20261127125000-remember-labels", class: RememberLabels },
  { name: "20261127130500-remember-archived", class: RememberArchived },
  { name: "20261127133400-prove-secret", class: ProveSecret },
  { name: "20261127133500-find-messages-of-a-person", class: FindMessagesOfAPerson },
  { name: "20261127134800-count-proofs", class: CountProofs },
  { name: "20261127135400-count-worker-deaths", class: CountWorkerDeaths },
  { name: "20261127180000-read-numbers-with-a-country", class: ReadNumbersWithACountry },
];
