import { type Line, roleLetters } from "./table.ts";

const letterOf = (role: string): string => Object.entries(roleLetters).find(([, name]) => name === role)?.[0] ?? "?";

/** What a caller has to be told once its key is let in. */
export function expectedOf(caller: string, line: Pick<Line, "may" | "says" | "outside">): string {
  if (!caller.startsWith("limited")) return line.may.includes(letterOf(caller)) ? line.says : "PERMISSION_MISSING";
  return line.outside === "same" ? line.says : pick(line.outside, caller);
}

/** `A or B`: A of the key that is limited by ids, B of the one that is limited by labels. */
function pick(outside: string, caller: string): string {
  const [byId = "", byLabel = byId] = outside.split(" or ");
  return caller === "limitedById" ? byId : byLabel;
}
