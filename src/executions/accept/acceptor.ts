import { setTimeout as pause } from "node:timers/promises";
import { AppError, type Log, toError, unavailable } from "../../base/index.ts";
import { startDueCampaign } from "../../campaigns/index.ts";
import { type Context, isHeldByAnother, isPassingFault, type QuickStatements } from "../../storage/index.ts";
import { type ContextSchemas, createContextSchemas } from "../context-schemas.ts";
import type { Execution } from "../execution.entity.ts";
import { createQuickAccept, type QuickAccept } from "./accept-at-once.ts";
import { type AcceptResult, acceptCalls, LostRaceError, timedOut } from "./accept-calls.ts";
import { createHerald, type Herald } from "./herald.ts";
import type { ActorCall } from "./plan-calls.ts";
import { gatherFor, groupRecipientsMax } from "./plan-group.ts";

/** A database that restarts, or a campaign that somebody holds, is asked again so often, until the call's time is up. */
const passingFaultMilliseconds = 200;

/** Of a call that was accepted before, only the id of its execution. */
export type Accepted = { readonly execution: Execution } | { readonly replayedId: string };

export type Acceptor = {
  /** Resolves when the call is committed. */
  accept(call: ActorCall): Promise<Accepted>;
  /** Refuses new calls and waits for those under way. */
  stop(): Promise<void>;
};

export type AcceptorOptions = {
  /** A context of the server itself, with an `em` of its own. */
  readonly context: () => Context;
  readonly quickStatements: QuickStatements;
  /** How long a transaction is left alone, unless it ends sooner. Large ones would take turns on the same cores. */
  readonly aloneMilliseconds: number;
  readonly timeoutSeconds: number;
  readonly unknownConsentIsConsent: boolean;
  readonly log: Log;
};

type GroupOptions = AcceptorOptions & {
  readonly herald: Herald;
  readonly contextSchemas: ContextSchemas;
  readonly quick: QuickAccept;
};

/** The short way is cut off after this time, so that the long one still has most of the call's. */
export function quickMilliseconds(timeoutSeconds: number): number {
  return Math.min(5000, (timeoutSeconds * 1000) / 4);
}

type Waiting = {
  readonly call: ActorCall;
  /** Both on the process's monotonic clock. */
  readonly arrivedAt: number;
  readonly deadline: number;
  resolve: (accepted: Accepted) => void;
  reject: (error: Error) => void;
  isAnswered: boolean;
};

/**
 * Concurrent calls share a commit: while some transactions are under way, further calls gather and go together in
 * the next. A call that does not commit within `timeoutSeconds` of its arrival is rolled back and answers TIMED_OUT.
 */
export function createAcceptor(options: AcceptorOptions): Acceptor {
  const waiting: Waiting[] = [];
  const contextSchemas = createContextSchemas();
  const herald = createHerald(options);
  const quick = createQuickAccept({ ...options, statements: options.quickStatements, contextSchemas });
  const { aloneMilliseconds } = options;
  let underWay = 0;
  let startedAt = Number.NEGATIVE_INFINITY;
  let lastGroups: readonly [number, number] = [1, 1];
  let gathering: NodeJS.Timeout | undefined;
  let isStopped = false;

  const start = (group: readonly Waiting[]): void => {
    underWay += 1;
    startedAt = performance.now();
    lastGroups = [lastGroups[1], group.length];
    void acceptGroup(group, { ...options, herald, contextSchemas, quick }, putBack).finally(() => {
      underWay -= 1;
      pump();
    });
  };

  const gatherLonger = (): number => {
    const waitingRecipients = waiting.reduce((sum, entry) => sum + entry.call.recipients.length, 0);
    const present = performance.now();
    return gatherFor({
      underWay,
      sinceStartMilliseconds: present - startedAt,
      aloneMilliseconds,
      waitingCalls: waiting.length,
      waitingRecipients,
      waitedMilliseconds: present - (waiting[0]?.arrivedAt ?? 0),
      recentCalls: lastGroups[0] + lastGroups[1],
    });
  };

  const pump = (): void => {
    clearTimeout(gathering);
    while (waiting.length > 0) {
      const milliseconds = gatherLonger();
      if (milliseconds === 0) start(takeGroup(waiting));
      else {
        if (Number.isFinite(milliseconds)) gathering = setTimeout(pump, milliseconds);
        return;
      }
    }
  };

  const putBack = (again: Waiting[]): void => {
    waiting.unshift(...again);
    setImmediate(pump);
  };

  return {
    accept(call) {
      if (isStopped) throw shuttingDown();
      return new Promise((resolve, reject) => {
        const arrivedAt = performance.now();
        const deadline = arrivedAt + options.timeoutSeconds * 1000;
        const entry: Waiting = { call, arrivedAt, deadline, resolve, reject, isAnswered: false };
        const timer = setTimeout(() => answer(entry, timedOut()), options.timeoutSeconds * 1000);
        entry.reject = withoutTimer(timer, reject);
        entry.resolve = withoutTimer(timer, resolve);
        waiting.push(entry);
        pump();
      });
    },
    async stop() {
      isStopped = true;
      while (underWay > 0 || waiting.length > 0) await pause(10);
      await herald.flush();
    },
  };
}

function shuttingDown(): AppError {
  const message = "The server is stopping. Send the call again with the same requestId.";
  return unavailable("SHUTTING_DOWN", message, { retryable: true });
}

function withoutTimer<T>(timer: NodeJS.Timeout, settle: (value: T) => void): (value: T) => void {
  return (value) => {
    clearTimeout(timer);
    settle(value);
  };
}

function answer(entry: Waiting, result: Accepted | Error): void {
  if (entry.isAnswered) return;
  entry.isAnswered = true;
  if (result instanceof Error) entry.reject(result);
  else entry.resolve(result);
}

const keyOf = (call: ActorCall): string => `${call.campaignId} ${call.requestId}`;

/** The first call, and those behind it that fit beside it. Two calls with one requestId never share a group. */
function takeGroup(waiting: Waiting[]): Waiting[] {
  const group: Waiting[] = [];
  const keys = new Set<string>();
  const rest: Waiting[] = [];
  let recipients = 0;
  for (const entry of waiting.splice(0)) {
    const size = entry.call.recipients.length;
    const fits = group.length === 0 || (recipients + size <= groupRecipientsMax && !keys.has(keyOf(entry.call)));
    if (!fits) {
      rest.push(entry);
      continue;
    }
    group.push(entry);
    keys.add(keyOf(entry.call));
    recipients += size;
  }
  waiting.push(...rest);
  return group;
}

async function acceptGroup(group: readonly Waiting[], options: GroupOptions, putBack: (again: Waiting[]) => void): Promise<void> {
  const present = await acceptQuickly(group, options);
  if (present.length === 0) return;
  try {
    const results = await acceptCalls(
      options.context(),
      present.map((entry) => entry.call),
      {
        unknownConsentIsConsent: options.unknownConsentIsConsent,
        contextSchemas: options.contextSchemas,
        isExpired: () => present.some((entry) => entry.isAnswered || performance.now() >= entry.deadline),
        statementTimeoutMilliseconds: Math.min(...present.map((entry) => entry.deadline)) - performance.now(),
      },
    );
    const due = present.filter((entry, index) => settle(entry, results[index], options));
    await Promise.all(groupsByCampaign(due).map((calls) => startAndPutBack(calls, options, putBack)));
  } catch (error) {
    if (error instanceof LostRaceError) return putBack(present);
    handleFailure(present, toError(error), options, putBack);
  }
}

function groupsByCampaign(due: readonly Waiting[]): Waiting[][] {
  const ids = [...new Set(due.map(({ call }) => call.campaignId))];
  return ids.map((id) => due.filter(({ call }) => call.campaignId === id));
}

/** Calls of one campaign whose start has come and the clock was not there yet. Other campaigns' starts are not theirs to wait for. */
async function startAndPutBack(due: Waiting[], options: GroupOptions, putBack: (again: Waiting[]) => void): Promise<void> {
  const later = (): unknown => setTimeout(() => putBack(due), passingFaultMilliseconds);
  try {
    const id = due[0]?.call.campaignId ?? "";
    const isStarted = await startDueCampaign(options.context(), { id, waitMilliseconds: passingFaultMilliseconds });
    if (isStarted) putBack(due);
    else later();
  } catch (error) {
    if (isHeldByAnother(error)) later();
    else handleFailure(due, toError(error), options, putBack);
  }
}

/** Answers those that the short way takes; returns those that are left. */
async function acceptQuickly(group: readonly Waiting[], { quick, herald, timeoutSeconds }: GroupOptions): Promise<Waiting[]> {
  const mustEndBy = performance.now() + 2 * quickMilliseconds(timeoutSeconds);
  const early = group.filter((entry) => !entry.isAnswered && entry.deadline > mustEndBy);
  const accepted = await quick.accept(early.map((entry) => entry.call));
  for (const entry of early) {
    const execution = accepted.get(entry.call);
    if (!execution) continue;
    herald.tell(entry.call.campaignId);
    answer(entry, { execution });
  }
  return group.filter((entry) => !entry.isAnswered);
}

/** True when the call has to be put again. */
function settle(entry: Waiting, result: AcceptResult | undefined, { herald, quick }: GroupOptions): boolean {
  if (result?.kind === "start-due") return true;
  if (result?.kind === "accepted") {
    quick.remember(result.campaign);
    herald.tell(entry.call.campaignId);
    answer(entry, { execution: result.execution });
  } else if (result?.kind === "replayed") answer(entry, { replayedId: result.executionId });
  else answer(entry, result?.error ?? timedOut());
  return false;
}

/** One call's trouble is not another's: a group that failed is tried again call by call, unless time is up. */
function handleFailure(
  group: readonly Waiting[],
  error: Error,
  options: GroupOptions,
  putBack: (again: Waiting[]) => void,
): void {
  const alive = group.filter((entry) => !entry.isAnswered && performance.now() < entry.deadline);
  for (const entry of group) if (!alive.includes(entry)) answer(entry, timedOut());
  if (group.length > 1) {
    for (const entry of alive) void acceptGroup([entry], options, putBack);
    return;
  }
  // Under its requestId a call may be repeated whatever became of its commit.
  if (isPassingFault(error)) setTimeout(() => putBack(alive), passingFaultMilliseconds);
  else for (const entry of alive) answer(entry, error instanceof AppError ? error : toAcceptError(error));
}

const statementTimeout = "57014";

function toAcceptError(error: Error): Error {
  return "code" in error && error.code === statementTimeout ? timedOut() : error;
}
