import type { Channel } from "../base/index.ts";
import type { MissingContext } from "../campaigns/index.ts";
import { type CampaignContent, compileContent } from "../content/index.ts";
import { threads } from "../threads/index.ts";
import type { Exclusion } from "./exclusion.ts";
import { parseData, type RenderVerdict, renderRecipient, sampleMessageId } from "./render-recipient.ts";

/** Somebody who may be rendered, with context and profile data as JSON text. */
export type PersonToRender = {
  readonly attributes: Readonly<Record<string, unknown>> | null;
  readonly profileData: string | null;
  readonly context: string | null;
};

export type RenderParts = {
  readonly channel: Channel;
  readonly content: CampaignContent;
  readonly missingContext: MissingContext;
  readonly unsubscribeUrl: string;
  readonly now: Date;
};

type Asked = { readonly parts: RenderParts; readonly people: readonly PersonToRender[] };

/** Of a text and its data that is short, one rendering and its compilation take a few milliseconds. */
const quickCharactersMax = 8_000;
/** What one thread takes at once: nobody waits longer for a turn than these take. */
const peopleOfTaskMax = 250;
const charactersOfTaskMax = 2_000_000;
const millisecondsMax = 10_000;

/** Renders people, in their order, without keeping the loop: `caller` takes turns on the threads with whoever else asks. */
export function renderPeople(caller: string, asked: Asked): AsyncGenerator<RenderVerdict, undefined> {
  return onThreads(caller, asked, { name: "renderTask", act: renderTask });
}

/** As `renderPeople`, whom that excludes: what is rendered may be 200 kB for each, and stays on its thread. */
export function judgePeople(caller: string, asked: Asked): AsyncGenerator<Exclusion | null, undefined> {
  return onThreads(caller, asked, { name: "judgeTask", act: judgeTask });
}

type Task<Verdict> = { readonly name: string; readonly act: (asked: Asked) => Verdict[] };

async function* onThreads<Verdict>(
  caller: string,
  { parts, people }: Asked,
  { name, act }: Task<Verdict>,
): AsyncGenerator<Verdict, undefined> {
  const shared = JSON.stringify(parts).length;
  for (const some of tasksOf(people)) {
    const characters = shared + some.reduce((sum, person) => sum + lengthOf(person), 0);
    const input = { parts, people: some };
    if (people.length === 1 && characters <= quickCharactersMax) yield* act(input);
    else {
      const task = { caller, file: import.meta.url, name, input, bytes: 2 * characters, millisecondsMax };
      yield* await threads.run<typeof act>(task);
    }
  }
}

/** What a thread does; so does `judgeTask`. */
export function renderTask({ parts, people }: Asked): RenderVerdict[] {
  const { channel, content, missingContext, unsubscribeUrl, now } = parts;
  const compiled = compileContent(channel, content);
  const options = { id: sampleMessageId, unsubscribeUrl: () => unsubscribeUrl, missingContext, now };
  return people.map((person) => renderRecipient(compiled, { attributes: person.attributes, ...parseData(person) }, options));
}

export function judgeTask(asked: Asked): (Exclusion | null)[] {
  return renderTask(asked).map((verdict) => (verdict.kind === "excluded" ? verdict.exclusion : null));
}

function* tasksOf(people: readonly PersonToRender[]): Generator<PersonToRender[]> {
  let some: PersonToRender[] = [];
  let characters = 0;
  for (const person of people) {
    some.push(person);
    characters += lengthOf(person);
    if (some.length < peopleOfTaskMax && characters < charactersOfTaskMax) continue;
    yield some;
    some = [];
    characters = 0;
  }
  if (some.length > 0) yield some;
}

function lengthOf({ attributes, profileData, context }: PersonToRender): number {
  return (attributes ? JSON.stringify(attributes).length : 0) + (profileData?.length ?? 0) + (context?.length ?? 0);
}
