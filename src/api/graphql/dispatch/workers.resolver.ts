import { Ctx, Query, Resolver } from "type-graphql";
import { listWorkers, type Worker } from "../../../dispatch/index.ts";
import type { RequestContext } from "../shared/request-context.ts";
import { WorkerType } from "./worker.type.ts";

@Resolver(() => WorkerType)
export class WorkersResolver {
  @Query(() => [WorkerType], { description: "The processes that send, oldest first, with what keeps them from it." })
  workers(@Ctx() ctx: RequestContext): Promise<Worker[]> {
    return listWorkers(ctx);
  }
}
