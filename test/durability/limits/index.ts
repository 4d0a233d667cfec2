import type { Attack } from "./attack.ts";
import * as bodies from "./bodies.ts";
import * as calls from "./calls.ts";
import * as sockets from "./sockets.ts";

/** By the first column of the page's table. Whoever adds a limit adds a row there and its attack here. */
export const attacks: Readonly<Record<string, Attack>> = {
  "bodies over 1 MB": bodies.largeBodies,
  "bodies of 16 kB to 1 MB": bodies.middleBodies,
  "bodies that wait for their turn": bodies.waitingBodies,
  "bodies that come slowly": bodies.slowBodies,
  "bodies that nobody reads": bodies.unreadBodies,
  "time of the loop for one body": bodies.bodiesOfManyPeople,
  "values of a body": bodies.bodiesOfManyValues,
  "memory of a large call": bodies.bodiesThatSwell,
  "large calls at once": bodies.manyLargeCalls,
  "connections of one address": sockets.connectionsOfAnAddress,
  "refused upgrades": sockets.refusedUpgrades,
  "messages on a WebSocket before its key": sockets.messagesBeforeTheKey,
  "pieces of a message on a WebSocket": sockets.piecesOfAMessage,
  "messages on a WebSocket": sockets.messagesOfASocket,
  "what is left unread on a WebSocket": sockets.unread,
  "messages of a key on its WebSockets": sockets.messagesOfAKey,
  "operations open over WebSockets": sockets.openOperations,
  "events that wait for a slow reader": sockets.slowReaders,
  "requests of one key under way": calls.requestsUnderWay,
  "requests waiting on one connection": calls.pipelinedRequests,
  "answers that nobody reads": calls.unreadPages,
  "heads of requests": calls.longHeads,
  "length of a document": calls.longDocuments,
  "faults of a document": calls.faultyDocuments,
  "fields that a document asks for": calls.costlyDocuments,
  "cost of one key in a second": calls.costInASecond,
  "lists in arguments": calls.longLists,
  "faulty values": calls.longValues,
  "wrong keys of one address": calls.wrongKeys,
  "looks of health at the database": calls.healthChecks,
};
