import type { PrivateHostRule } from "../../host-rules.ts";
import { createHttpPool } from "../../http/http-pool.ts";
import { createHttp2Pool } from "../../http/http2-pool.ts";
import { httpOutcome } from "../../http/outcome.ts";
import type { Outcome } from "../../outcome.ts";
import { sendEach } from "../../send-each.ts";
import type { OutgoingMessage, Transport } from "../../transport.ts";
import { createAccessTokens } from "./access-token.ts";
import { fcmMessage } from "./fcm-message.ts";
import type { ServiceAccount } from "./service-account.ts";
import type { FcmSettings } from "./settings.ts";
import { fcmCode, fcmWords } from "./words.ts";

export type FcmOptions = {
  readonly settings: FcmSettings;
  readonly account: ServiceAccount;
  readonly connections: number;
  readonly privateHosts: PrivateHostRule;
};

/** What one session carries at Google. */
const streamsOfSession = 100;

/** Push through FCM's HTTP v1 API: one token a call, many calls at once on a few sessions of HTTP/2. */
export function createFcmTransport({ settings, account, connections, privateHosts }: FcmOptions): Transport {
  const { timeoutSeconds } = settings;
  const url = settings.baseUrl ?? "https://fcm.googleapis.com";
  // Up to two hand-overs a connection are under way.
  const sessions = Math.ceil((connections * 2) / streamsOfSession);
  const pool = createHttp2Pool({ url, connections: sessions, timeoutSeconds, privateHosts });
  const tokenUrl = new URL(settings.tokenUrl ?? account.token_uri ?? "https://oauth2.googleapis.com/token");
  const tokenPool = createHttpPool({ url: tokenUrl.href, connections: 1, timeoutSeconds: 10, privateHosts });
  const tokens = createAccessTokens({ account, tokenUrl, pool: tokenPool });
  const path = `/v1/projects/${settings.projectId ?? account.project_id}/messages:send`;

  const sendOne = async (message: OutgoingMessage): Promise<Outcome> => {
    const body = JSON.stringify(fcmMessage(message));
    for (let isRenewed = false; ; isRenewed = true) {
      const found = await tokens.get();
      if ("outcome" in found) return found.outcome;
      const headers = { authorization: `Bearer ${found.token.text}`, "content-type": "application/json" };
      const answer = await pool.post({ path, headers, body });
      const isTokenRefused = answer.kind === "answered" && answer.status === 401 && fcmCode(answer) === undefined;
      if (isTokenRefused) tokens.refused(found.token);
      // Refused before anything was looked at: with another token it is the first time.
      if (!isTokenRefused || isRenewed) return httpOutcome(answer, fcmWords(answer));
    }
  };

  return {
    send: sendEach(sendOne),
    async stop() {
      await Promise.all([pool.stop(), tokenPool.stop()]);
    },
  };
}
