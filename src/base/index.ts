/**
 * Base: the words, errors and small tools that every room shares. No input or output happens here,
 * except that `createLog` writes lines. Promises: an error code never changes its meaning, an id
 * sorts by the time of its making.
 */
export {
  AppError,
  conflict,
  type ErrorCode,
  type ErrorDetails,
  type ErrorKind,
  errorCatalogue,
  errorKinds,
  forbidden,
  invalid,
  limited,
  notFound,
  unauthenticated,
  unavailable,
} from "./app-error.ts";
export { type Clock, systemClock } from "./clock.ts";
export { errorGuide } from "./error-guide.ts";
export { type AuditEntity, auditEntities, type EventType, entityIdNames, eventCatalogue } from "./event-catalogue.ts";
export { createId, isId } from "./id.ts";
export { InvariantError, invariant, toError, unreachable } from "./invariant.ts";
export { type Issue, type Severity, severities } from "./issue.ts";
export { createLog, type Log } from "./log.ts";
export { memoise } from "./memoise.ts";
export { nameOfCopy } from "./name-of-copy.ts";
export { isNestedDeeper, nestingMax } from "./nesting.ts";
export { decodeCursor, decodeIdCursor, encodeCursor, type Page, type PageInput, pageSize, toPage } from "./page.ts";
export { type Fault, faultsFound, keyOf, parseInput, together } from "./parse-input.ts";
export { checkRevision, requireRevision } from "./revision.ts";
export { type Loose, sentFields } from "./sent-fields.ts";
export { foldCase, narrow, trimBlanks } from "./spelling.ts";
export { hasEscapedNul, isStorableText, storableObject, storableText, storableTextOrEmpty, timeZoneName } from "./text.ts";
export { urlOf } from "./url-of.ts";
export { type Category, type Channel, categories, channels, defaultNamespaces } from "./words.ts";
