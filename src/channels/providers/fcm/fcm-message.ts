import { invariant } from "../../../base/index.ts";
import type { OutgoingMessage } from "../../transport.ts";

/**
 * The body of a send. A message that comes twice replaces itself on the device: the tag of Android and the web and the collapse
 * id of Apple are its key. FCM knows no key of its own, and a collapse_key would use up the four that a device keeps.
 */
export function fcmMessage({ key, address, content }: OutgoingMessage) {
  invariant(content.channel === "PUSH", "FCM carries push only");
  const { title, body, imageUrl, deepLink, data } = content;
  return {
    message: {
      token: address,
      notification: { title, body, ...(imageUrl === null ? {} : { image: imageUrl }) },
      data: { ...textsOf(data), ...(deepLink === null ? {} : { deepLink }), messageId: key },
      android: { notification: { tag: key } },
      apns: { headers: { "apns-collapse-id": key } },
      webpush: { notification: { tag: key } },
    },
  };
}

/** FCM takes texts only: what is none is printed as JSON. */
function textsOf(data: unknown): Record<string, string> {
  if (typeof data !== "object" || data === null || Array.isArray(data)) return {};
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}
