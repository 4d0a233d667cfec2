import { channels } from "../../../base/index.ts";
import { defineProvider } from "../../define-provider.ts";
import { createDiscardTransport } from "./discard.ts";

export const discard = defineProvider({
  name: "discard",
  description: "renders, sends nothing: for load tests",
  capabilities: { channels: [channels.EMAIL, channels.SMS, channels.PUSH], isBulk: true },
  settings: {},
  secrets: {},
  createTransport: createDiscardTransport,
  parseFeedback: null,
});
