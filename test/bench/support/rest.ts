import { aPerson, type Person } from "./order-email.ts";

/** People of `from`..`to` as a call over REST names them, looked up nowhere. */
export function externalJson(from: number, to: number, contextOf = (person: Person): object => person.context): string {
  const people = Array.from({ length: to - from }, (_, index) => aPerson(from + index));
  return JSON.stringify(
    people.map((person) => ({ type: "external", namespace: "email", userId: person.userId, context: contextOf(person) })),
  );
}

/** A ready-made call. */
export function restBody(campaignId: string, requestId: string, recipients: string): Buffer {
  return Buffer.from(`{"requestId":"${requestId}","campaignId":"${campaignId}","recipients":${recipients}}`);
}
