import type { CampaignVersion } from "./campaign-version.entity.ts";

const oneShotDays = 3;
const dayMilliseconds = 86_400_000;

export type RunningWindow = { readonly opensAt: Date | null; readonly closesAt: Date | null };

/**
 * From when to when a version is triggered and sent: its dates, and for a one-shot three days from its activation, or
 * from its start if that comes later.
 */
export function runningWindow(version: Pick<CampaignVersion, "startAt" | "endAt" | "oneShot">, activatedAt: Date): RunningWindow {
  const endAt = version.endAt ?? null;
  const began = Math.max(activatedAt.getTime(), version.startAt?.getTime() ?? 0);
  const lastDay = version.oneShot ? new Date(began + oneShotDays * dayMilliseconds) : null;
  const closesAt = endAt && lastDay ? new Date(Math.min(endAt.getTime(), lastDay.getTime())) : (endAt ?? lastDay);
  return { opensAt: version.startAt ?? null, closesAt };
}
