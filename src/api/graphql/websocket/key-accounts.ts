import { type AppError, limited } from "../../../base/index.ts";
import { type Spender, spenderOf } from "../../cost-budget.ts";
import {
  websocketAnswersPerKeyMax,
  websocketBeginsAtOnceMax,
  websocketKeyPace,
  websocketOperationBytesPerKeyMax,
  websocketOperationsPerKeyMax,
} from "../../limits.ts";
import { createPace, type Pace } from "../../pace.ts";
import { createSlots, type Slots } from "./slots.ts";

/** What one key has open in this process. */
export type KeyAccount = {
  sockets: number;
  /** Messages under way: an operation is, until it has ended. */
  operations: number;
  bytes: number;
  readonly messages: Pace;
  readonly beginning: Slots;
  readonly answers: Slots;
};

export type KeyAccounts = {
  /** Counts one more socket; null when the key has as many as it may. */
  open(who: Spender): KeyAccount | null;
  close(who: Spender): void;
};

/** Accounts that are remembered. */
const accountsMax = 10_000;

export function createKeyAccounts(socketsMax: number): KeyAccounts {
  const accounts = new Map<string, KeyAccount>();
  return {
    open(who) {
      const spender = spenderOf(who);
      const account = accounts.get(spender) ?? createAccount();
      if (account.sockets >= socketsMax) return null;
      account.sockets += 1;
      if (accounts.size >= accountsMax) forgetIdle(accounts);
      accounts.set(spender, account);
      return account;
    },
    close(who) {
      const account = accounts.get(spenderOf(who));
      if (account) account.sockets -= 1;
    },
  };
}

function createAccount(): KeyAccount {
  return {
    ...{ sockets: 0, operations: 0, bytes: 0 },
    messages: createPace(websocketKeyPace),
    beginning: createSlots(websocketBeginsAtOnceMax),
    answers: createSlots(websocketAnswersPerKeyMax),
  };
}

/** Not at once when its last socket closes: what a key has begun would be forgotten, too. */
function forgetIdle(accounts: Map<string, KeyAccount>): void {
  for (const [spender, { sockets }] of accounts) if (sockets === 0) accounts.delete(spender);
}

/** Why the key may begin nothing more just now; what it has begun counts already. */
export function accountRefusal({ operations, bytes }: KeyAccount): AppError | null {
  if (operations <= websocketOperationsPerKeyMax && bytes <= websocketOperationBytesPerKeyMax) return null;
  return limited(
    "RATE_LIMITED",
    `A key may have ${websocketOperationsPerKeyMax} operations over its WebSockets at once, of ${websocketOperationBytesPerKeyMax} bytes together. Complete some.`,
    { operationsMax: websocketOperationsPerKeyMax, bytesMax: websocketOperationBytesPerKeyMax },
  );
}
