import type { Attack } from "./attack.ts";
import * as bodies from "./bodies.ts";

/** By the first column of the page's table. Whoever adds a limit adds a row there and its attack here. */
export const attacks: Readonly<Record<string, Attack>> = {
  "bodies over 1 MB": bodies.largeBodies,
  "bodies of 16 kB to 1 MB": bodies.middleBodies,
  "bodies that wait for their turn": bodies.waitingBodies,
  "bodies that come slowly": bodies.slowBodies,
  "bodies that nobody reads": bodies.unreadBodies,
  "large calls at once": bodies.manyLargeCalls,
};
