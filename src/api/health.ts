import type { AddressInfo } from "node:net";
import Fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import type { Authenticator } from "../access/index.ts";
import { AppError, urlOf } from "../base/index.ts";
import type { Admission } from "./admission.ts";
import { createCallerAddress } from "./caller-address.ts";
import type { DoorSettings } from "./door-settings.ts";
import { createKeyGuard } from "./key-guard.ts";
import { createReadiness, type HealthCheck, withinTime } from "./readiness.ts";
import { sendProblem } from "./to-http-error.ts";

/** `live`: the process answers. `ready`: it can do its work; 503 while it cannot. What is missing is told to those with a key. */
export function addHealth(
  http: FastifyInstance,
  check: HealthCheck,
  admission: Pick<Admission, "guard" | "callerAddress">,
): void {
  const readiness = createReadiness(check);
  http.get("/health/live", async () => ({ status: "live" }));
  http.get("/health/ready", async (request, reply) => {
    const [{ ok, checks }, hasKey] = await Promise.all([readiness(), withinTime(mayReadDetails(request, admission), false)]);
    return reply.code(ok ? 200 : 503).send({ status: ok ? "ready" : "not ready", ...(hasKey ? { checks } : {}) });
  });
}

/** A key that cannot be looked up just now is none: why is in the log. */
async function mayReadDetails(
  { headers: { authorization }, raw }: FastifyRequest,
  { guard, callerAddress }: Pick<Admission, "guard" | "callerAddress">,
): Promise<boolean> {
  if (!authorization) return false;
  try {
    await guard.authenticate(authorization, callerAddress(raw));
    return true;
  } catch (error) {
    if (error instanceof AppError && (error.kind === "unauthenticated" || error.kind === "limited")) throw error;
    return false;
  }
}

export type HealthServer = { readonly url: string; start(): Promise<void>; stop(): Promise<void> };

/** For a process without other doors. */
export function createHealthServer(options: {
  readonly host: string;
  readonly port: number;
  readonly check: HealthCheck;
  readonly settings: DoorSettings;
  readonly authenticator: Authenticator;
}): HealthServer {
  const http = Fastify({ forceCloseConnections: true, logger: false });
  const { failedKeysPerMinute, trustedProxies } = options.settings;
  const guard = createKeyGuard(options.authenticator, failedKeysPerMinute);
  addHealth(http, options.check, { guard, callerAddress: createCallerAddress(trustedProxies) });
  http.setErrorHandler((error, _request, reply) => sendProblem(reply, error));
  return {
    get url() {
      return urlOf(options.host, (http.server.address() as AddressInfo).port);
    },
    async start() {
      await http.listen({ host: options.host, port: options.port });
    },
    stop: () => http.close(),
  };
}
