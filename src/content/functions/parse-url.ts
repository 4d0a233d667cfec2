import { toText } from "../values.ts";
import type { FunctionContext } from "./function-context.ts";

/** The schemes whose hosts are names of the net: browsers take several slashes, or none, before the host. */
const authority = /^(?:https?|wss?|ftp|file):[\\/]*([^\\/?#]*)/i;
/** A name of the net has at most 253; reading one in other letters takes more than linear time. */
const authorityLengthMax = 255;

export function parseUrl(value: unknown, { charge }: FunctionContext): URL | null {
  const text = toText(value);
  // As the URL class does before it looks at anything.
  const [, host = ""] = authority.exec(text.replace(/^[\0- ]+|[\t\n\r]+/g, "")) ?? [];
  if (host.length > authorityLengthMax) return null;
  charge(10 + host.length);
  return URL.parse(text);
}
