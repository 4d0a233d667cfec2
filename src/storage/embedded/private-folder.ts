import { closeSync, constants, fchmodSync, fchownSync, fstatSync, mkdirSync, openSync } from "node:fs";
import { userInfo } from "node:os";
import { conflict, toError } from "../../base/index.ts";
import type { DatabaseUser } from "./unprivileged-user.ts";

/**
 * Makes `path` a folder for the database's user alone, or makes sure that it is one. A link, and a folder of somebody else,
 * is refused and left as it is: root would otherwise give away, or trust, what another user put there.
 */
export function takePrivateFolder(path: string, user: DatabaseUser | null): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const descriptor = openFolder(path);
  try {
    // By the descriptor: what the path names may change meanwhile.
    const { uid } = fstatSync(descriptor);
    if (uid !== userInfo().uid && uid !== user?.uid)
      throw conflict(
        "ACTION_NOT_ALLOWED",
        `The folder ${path} belongs to another user (${uid}). Start Envoi as that user, or set ENVOI_DATA to a folder of its own.`,
      );
    fchmodSync(descriptor, 0o700);
    if (user) fchownSync(descriptor, user.uid, user.gid);
  } finally {
    closeSync(descriptor);
  }
}

function openFolder(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  } catch (error) {
    throw conflict(
      "ACTION_NOT_ALLOWED",
      `${path} is a link, or not a folder that this user may enter. Remove it, or set ENVOI_DATA to another folder.`,
      {},
      toError(error),
    );
  }
}
