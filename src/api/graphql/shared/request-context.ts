import type { DocumentNode } from "graphql";
import type { AuditStream } from "../../../audit/index.ts";
import type { ExecuteDependencies, ProofDependencies, SimulateOptions } from "../../../executions/index.ts";
import type { LiveReports } from "../../../reports/index.ts";
import type { Context, Sealer } from "../../../storage/index.ts";
import type { Loaders } from "./loaders.ts";
import type { Reader } from "./reader.ts";

/** What use cases need besides their context; the same for every request. */
export type Services = {
  readonly execute: ExecuteDependencies;
  readonly simulate: SimulateOptions;
  readonly proof: ProofDependencies;
  readonly replay: { readonly replayDays: number };
  readonly sealer: Sealer;
  readonly live: LiveReports;
  readonly watchAuditTrail: AuditStream;
  /** Under which address callers reach this server. */
  readonly publicUrl: () => string;
};

/** One per operation: its own entity manager and its own loaders, so nobody sees what another asked for. */
export type RequestContext = Context & {
  readonly requestId: string;
  readonly services: Services;
  readonly loaders: Loaders;
  /** Over a WebSocket. */
  readonly reader?: Reader;
};

/** Over HTTP also how large its body was, and what was read of it; null where a document came by its hash alone. */
export type HttpRequestContext = RequestContext & { readonly bodyBytes: number; readonly document: DocumentNode | null };
