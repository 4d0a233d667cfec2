import { join } from "node:path";
import { invalid, type Log } from "../base/index.ts";
import { createSealer, findSecret, loadSecret } from "./sealing.ts";
import { insertSecretProbe, replaceSecretProbe, selectSecretProbe } from "./sql/secret-probe.ts";
import { type Queries, run } from "./transaction.ts";

const purpose = "secret_probe";
const word = "opened";

export type SecretSettings = {
  readonly folder: string;
  readonly secretHex: string | null;
  /** The operator says that the secret is another one now, and what the former sealed is lost. */
  readonly isSecretReplaced: boolean;
  /** The folder of the embedded database, which may outlive the one of the secret. */
  readonly databaseFolder?: string | null;
};

/**
 * The secret, after it has opened what this database was set up with: otherwise the process would seem ready and fail at the
 * first thing that it has to open. On a database that has none yet, it is made where it is missing, and sets it up.
 */
export async function loadProvedSecret(ctx: Queries & { readonly log: Log }, settings: SecretSettings): Promise<Buffer> {
  const { folder, secretHex, isSecretReplaced, databaseFolder = null } = settings;
  const otherSecret = (what: string): Error => refusal(what, databaseFolder);
  const present = await findProbe(ctx);
  if (present && !isSecretReplaced && findSecret(folder, secretHex) === null)
    throw otherSecret(`${join(folder, "secret.key")} is missing`);
  const secret = loadSecret(folder, secretHex);
  const sealer = createSealer(secret);
  const sealed = sealer.seal(purpose, word);
  if (!present) await run(ctx, insertSecretProbe(sealed));
  const probe = present ?? (await findProbe(ctx));
  if (probe && sealer.open(purpose, probe) === word) return secret;
  if (!isSecretReplaced)
    throw otherSecret(`${secretHex ? "ENVOI_SECRET" : join(folder, "secret.key")} is not the secret of this database`);
  await run(ctx, replaceSecretProbe(sealed));
  ctx.log.warn("storage: another secret is in use from now on; what the former one sealed can no longer be opened");
  return secret;
}

async function findProbe(ctx: Queries): Promise<Uint8Array | undefined> {
  const [row] = await run(ctx, selectSecretProbe());
  return row?.sealed;
}

function refusal(what: string, databaseFolder: string | null): Error {
  const place = databaseFolder ? `the database in ${databaseFolder}` : "the database";
  return invalid(
    "INPUT_INVALID",
    `${what}: ${place} was set up with another one. Restore that secret, as secret.key or in ENVOI_SECRET. If it is lost, start once with ENVOI_SECRET_REPLACED=true: passwords of providers have to be entered again, FAILED messages cannot be sent again and links that were sent no longer open. ${databaseFolder ? "To begin with nothing, remove that folder." : ""}`.trim(),
  );
}
