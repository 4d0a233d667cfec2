import { doApart } from "./apart.ts";

/** Asks the database for many lanes at once: what is asked while statements are under way goes together in the next one. */
export type Gatherer<Question, Answer> = { ask(question: Question): Promise<Answer> };

export type GathererOptions<Question, Answer> = {
  /** One statement; its answers in the order of the questions. */
  readonly answer: (questions: readonly Question[]) => Promise<readonly Answer[]>;
  /** Statements under way together. */
  readonly atOnce: number;
  /** A statement takes questions until their weights exceed this; one at least. */
  readonly weightMax: number;
  readonly weightOf: (question: Question) => number;
  /** These go before the others. */
  readonly isUrgent: (question: Question) => boolean;
  /** The fault concerns every question: asking them in parts would help none of them. */
  readonly isForAll: (error: unknown) => boolean;
};

type Asked<Question, Answer> = {
  readonly question: Question;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
};

export function createGatherer<Question, Answer>(options: GathererOptions<Question, Answer>): Gatherer<Question, Answer> {
  const urgent: Asked<Question, Answer>[] = [];
  const ordinary: Asked<Question, Answer>[] = [];
  let underWay = 0;
  let isDue = false;

  const takeGroup = (): Asked<Question, Answer>[] => {
    const group: Asked<Question, Answer>[] = [];
    let weight = 0;
    for (const waiting of [urgent, ordinary]) {
      let taken = 0;
      for (const asked of waiting) {
        weight += options.weightOf(asked.question);
        if (group.length > 0 && weight > options.weightMax) break;
        group.push(asked);
        taken += 1;
      }
      waiting.splice(0, taken);
    }
    return group;
  };

  /** What one lane asks may be what fails: the others are not to fail with it. */
  const answerAll = async (group: readonly Asked<Question, Answer>[]): Promise<void> => {
    for (const { items, error } of await doApart(group, { act: answerSome })) for (const asked of items) asked.reject(error);
  };

  const answerSome = async (group: readonly Asked<Question, Answer>[]): Promise<void> => {
    try {
      const answers = await options.answer(group.map(({ question }) => question));
      for (const [index, { resolve }] of group.entries()) resolve(answers[index] as Answer);
    } catch (error) {
      if (!options.isForAll(error)) throw error;
      for (const asked of group) asked.reject(error);
    }
  };

  const pump = (): void => {
    isDue = false;
    while (underWay < options.atOnce && urgent.length + ordinary.length > 0) {
      underWay += 1;
      void answerAll(takeGroup()).finally(() => {
        underWay -= 1;
        pumpSoon();
      });
    }
  };

  /** Lanes that wake together ask within one turn of the event loop. */
  const pumpSoon = (): void => {
    if (!isDue) setImmediate(pump);
    isDue = true;
  };

  return {
    ask: (question) =>
      new Promise((resolve, reject) => {
        (options.isUrgent(question) ? urgent : ordinary).push({ question, resolve, reject });
        pumpSoon();
      }),
  };
}
