import { type Engine, engines } from "./render/engines.ts";
import { contexts } from "./render/sample.ts";
import { type Line, type Result, whole } from "./support/line.ts";

const rounds = 7;

/** Renderings a second of a mail of 2 kB: Envoi's compiled content beside the engines that people know. */
export const render: Line = {
  name: "render",
  async run({ isQuick }): Promise<readonly Result[]> {
    mustPrintTheSame();
    const [own, ...others] = measure(isQuick ? 20 : 300);
    return own ? others.map((other) => compare(own, other)) : [];
  },
};

type Measured = { readonly name: string; readonly perSecond: number };

/** Raw Eta is the engine underneath without checks, limits and missing variables: half of it is the aim. */
function compare(own: Measured, other: Measured): Result {
  const ratio = own.perSecond / other.perSecond;
  const least = other.name === "raw Eta" ? 0.5 : 1;
  return {
    what: `render a mail of 2 kB, beside ${other.name}`,
    target: `${least} of ${other.name}`,
    measured: `${whole(own.perSecond)}/s`,
    yardstick: `${other.name} ${whole(other.perSecond)}/s`,
    ratio,
    isMet: ratio >= least,
    serverMegabytes: null,
  };
}

/** Rounds alternate between the engines, so that a busy moment of the machine meets all; the best one counts. */
function measure(milliseconds: number): Measured[] {
  const best = new Map<Engine, number>(engines.map((engine) => [engine, 0]));
  for (let round = 0; round < rounds; round += 1)
    for (const engine of engines) best.set(engine, Math.max(best.get(engine) ?? 0, renderFor(engine, milliseconds)));
  return engines.map((engine) => ({ name: engine.name, perSecond: best.get(engine) ?? 0 }));
}

function renderFor({ render }: Engine, milliseconds: number): number {
  const start = performance.now();
  let [count, characters] = [0, 0];
  while (performance.now() - start < milliseconds)
    for (const context of contexts) {
      characters += render(context).length;
      count += 1;
    }
  if (characters < count * 1_000) throw new Error("an engine printed too little");
  return (count * 1_000) / (performance.now() - start);
}

/** A bench must not lie: the texts are equal but for the way that a character is escaped. */
function mustPrintTheSame(): void {
  const plain = (text: string) => text.replaceAll("&#x27;", "&#39;").replaceAll(/\s+/g, " ");
  for (const context of contexts) {
    const [own = "", ...others] = engines.map((engine) => plain(engine.render(context)));
    if (Buffer.byteLength(own) < 1_800 || others.some((other) => other !== own))
      throw new Error("the engines print different mails");
  }
}
