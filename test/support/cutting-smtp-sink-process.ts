import { type CuttingOptions, serveCutting } from "./cutting-smtp-sink.ts";

/** The process behind `startCuttingSink`: tells its port, then what arrived whenever it is asked. Ends with its parent. */
const { sink, arrivals } = await serveCutting(JSON.parse(process.argv[2] ?? "{}") as CuttingOptions);
process.on("message", () => process.send?.(arrivals()));
process.on("disconnect", () => process.exit());
process.send?.({ port: sink.port });
