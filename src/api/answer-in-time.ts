import { unavailable } from "../base/index.ts";

/**
 * Whatever a call waits for, who asked is answered. What was begun goes on, and how it ends is nobody's answer any more: a
 * statement that waits for a lock, or for a database that went silent in the middle, ends by its own bounds.
 */
export async function answerInTime<T>(work: Promise<T>, seconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(timedOut(seconds)), seconds * 1000);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function timedOut(seconds: number): Error {
  return unavailable(
    "TIMED_OUT",
    `The call was not answered within ${seconds} s, and may still be done. Read before you repeat it; executeCampaign may be repeated with the same requestId.`,
  );
}
