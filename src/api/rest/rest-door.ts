import type { FastifyInstance, FastifyRequest } from "fastify";
import { invalid, notFound } from "../../base/index.ts";
import { executeCampaign } from "../../executions/index.ts";
import type { Actor } from "../../storage/index.ts";
import type { RouteAdmission } from "../admission.ts";
import { answerInTime } from "../answer-in-time.ts";
import type { DoorSettings } from "../door-settings.ts";
import type { RequestContext } from "../graphql/shared/request-context.ts";
import { readExecution, readRecipients, toAccepted } from "./answers.ts";
import type { RestCallKind } from "./call-schema.ts";
import { readCall } from "./read-call.ts";
import { readQuery } from "./read-query.ts";
import { addPath, admitRest, type OnRequest, type RestRoute } from "./routes.ts";

export type RestOptions = {
  readonly settings: Pick<DoorSettings, "answerSeconds">;
  readonly createContext: (actor: Actor, requestId: string) => RequestContext;
};

/** What a call takes of its key's second, as the same asked of GraphQL: a call with its totals, a status, a recipient. */
const costs = { execute: 100, read: 40, recipient: 20 } as const;
const recipientsDefault = 50;

/** Executions over REST, under the paths and in the words of the reference product. */
export function addRest(http: FastifyInstance, admission: RouteAdmission, options: RestOptions): void {
  const admitFor =
    (costOf: (request: FastifyRequest) => number): OnRequest =>
    async (request, reply) =>
      admission.spendAtTheDoor(await admitRest(admission, request, reply), costOf(request));

  const answer = <T>(request: FastifyRequest, work: (ctx: RequestContext) => Promise<T>): Promise<T> =>
    answerInTime(work(options.createContext(admission.actorOf(request), request.id)), options.settings.answerSeconds);

  const executing = (kind: RestCallKind): RestRoute => ({
    ...admission.bodies,
    onRequest: admitFor(() => costs.execute),
    handler: async (request, reply) => {
      const accepted = await answer(request, async (ctx) => {
        const { execute } = ctx.services;
        return toAccepted(ctx, await executeCampaign(ctx, readCall(kind, request.body, execute), execute));
      });
      return reply.code(202).send(accepted);
    },
  });

  const reading = (
    costOf: (request: FastifyRequest) => number,
    read: (ctx: RequestContext, id: string, query: unknown) => Promise<object | null>,
  ): RestRoute => ({
    onRequest: admitFor(costOf),
    handler: (request) =>
      answer(request, async (ctx) => {
        const found = await read(ctx, idOf(request), request.query);
        if (found === null) throw noExecution(request);
        return found;
      }),
  });

  addPath(http, "/executions/unitary", { POST: executing("TRANSACTIONAL") });
  addPath(http, "/executions/highthroughput", { POST: executing("HIGH_THROUGHPUT") });
  addPath(http, "/executions/:id", { GET: reading(() => costs.read, readExecution) });
  addPath(http, "/executions/:id/recipients", {
    GET: reading(
      (request) => costs.read + rowsOf(request) * costs.recipient,
      (ctx, id, query) => readRecipients(ctx, id, readQuery(query)),
    ),
  });
  addAudiences(http, admission);
}

/** The reference product's paths for audiences, which this server has none of yet. */
function addAudiences(http: FastifyInstance, admission: RouteAdmission): void {
  const refuse = (toFault: (request: FastifyRequest) => Error): RestRoute => ({
    onRequest: async (request, reply) => {
      await admitRest(admission, request, reply);
      throw toFault(request);
    },
    handler: () => undefined,
  });
  const noAudience = () =>
    invalid("INPUT_INVALID", "This server has no audiences yet: send recipients to /im/executions/unitary.");
  const noSchedule = (request: FastifyRequest) => {
    const id = idOf(request);
    return notFound("SCHEDULE_NOT_FOUND", `There is no schedule ${id}.`, { id });
  };
  addPath(http, "/executions/audience", { POST: refuse(noAudience) });
  addPath(http, "/executions/audience/:id", { GET: refuse(noExecution) });
  addPath(http, "/executions/schedules/:id", { GET: refuse(noSchedule), DELETE: refuse(noSchedule) });
}

function noExecution(request: FastifyRequest): Error {
  const id = idOf(request);
  return notFound("EXECUTION_NOT_FOUND", `There is no execution ${id}.`, { id });
}

function idOf({ params, method, url }: FastifyRequest): string {
  const { id } = params as { readonly id?: string };
  if (id) return id;
  throw notFound("PATH_NOT_FOUND", `There is nothing at ${method} ${url.split("?")[0]}.`);
}

/** What is out of range is refused by whoever reads the page. */
function rowsOf({ query }: FastifyRequest): number {
  const first = Number((query as { readonly first?: unknown }).first);
  return first >= 1 && first <= 500 ? first : recipientsDefault;
}
