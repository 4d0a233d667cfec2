import { type RawBuilder, sql } from "kysely";
import type { TimelinePoint } from "../delivery-timeline.ts";

type Question = { readonly campaignId: string; readonly from: Date; readonly to: Date; readonly bucketSeconds: number };

export function selectTimeline(question: Question): RawBuilder<Omit<TimelinePoint, "at"> & { readonly at: string }> {
  const bucket = sql`to_timestamp(floor(extract(epoch from second) / ${question.bucketSeconds}::int) * ${question.bucketSeconds}::int)`;
  return sql`
    select ${bucket} as at, sum(sent)::bigint as sent, sum(failed)::bigint as failed, sum(excluded)::bigint as excluded
    from delivery_second
    where campaign_id = ${question.campaignId}
      and second >= ${question.from.toISOString()}::timestamptz and second < ${question.to.toISOString()}::timestamptz
    group by 1 order by 1`;
}
