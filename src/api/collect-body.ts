import type { RequestPayload } from "fastify";
import { tooLarge } from "./body-gate.ts";
import type { Bytes } from "./carried-call.ts";

const pieceBytes = 1024 * 1024;

export type CollectOptions = {
  readonly bytesMax: number;
  /** Up to here it is kept. */
  readonly keptBytesMax: number;
  /** Of a longer one: each piece as soon as it is there, the first with what was kept. */
  readonly onPiece: (piece: Bytes) => void;
};

/** `kept`: null for one whose pieces were given away. */
export type CollectedBody = { readonly bytes: number; readonly kept: Buffer | null };

/**
 * Reads a body as bytes. Each chunk is copied as it comes, and a long body is given away by the megabyte: neither putting 64 MB
 * together nor finding room for them among what lives takes the loop long that way.
 */
export function collectBody(
  payload: RequestPayload,
  { bytesMax, keptBytesMax, onPiece }: CollectOptions,
): Promise<CollectedBody> {
  return new Promise((resolve, reject) => {
    const chunks = new Chunks();
    let bytes = 0;
    const end = (settle: () => void): void => {
      payload.off("data", onData).off("end", onEnd).off("error", onError);
      settle();
    };
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      chunks.add(chunk);
      if (bytes > bytesMax) end(() => reject(tooLarge()));
      else if (chunks.bytes >= pieceBytes) onPiece(chunks.take());
    };
    const onEnd = (): void =>
      end(() => {
        if (bytes <= keptBytesMax) return resolve({ bytes, kept: Buffer.from(chunks.take().buffer) });
        if (chunks.bytes > 0) onPiece(chunks.take());
        resolve({ bytes, kept: null });
      });
    const onError = (error: Error): void => end(() => reject(error));
    payload.on("data", onData).on("end", onEnd).on("error", onError);
    payload.resume();
  });
}

/** Chunks as the network brought them, which may share their memory with others. */
class Chunks {
  bytes = 0;
  #chunks: Buffer[] = [];

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.bytes += chunk.length;
  }

  /** All of them, in memory of their own. */
  take(): Bytes {
    const taken = new Uint8Array(this.bytes);
    let at = 0;
    for (const chunk of this.#chunks) {
      taken.set(chunk, at);
      at += chunk.length;
    }
    this.#chunks = [];
    this.bytes = 0;
    return taken;
  }
}
