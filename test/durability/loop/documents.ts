import { getIntrospectionQuery } from "graphql";
import { ask, type Load } from "./load.ts";

export const pageOfMailbox: Load = (loaded) =>
  ask(loaded, "query ($id: ID!) { sandboxMessages(campaignId: $id, first: 500) { edges { node { id html subject text } } } }", {
    id: loaded.large,
  });

/** As many words as a document may have, and all of them fields that are there. */
export const longestDocument: Load = (loaded, round) =>
  ask(
    loaded,
    `{ ${Array.from({ length: 19 }, (_, at) => `a${round}x${at}: viewer { ${"id name kind ".repeat(32)} }`).join(" ")} }`,
  );

/** 100,000 characters of comments and blanks. */
export const widestDocument: Load = (loaded, round) => ask(loaded, `{ viewer { id } } #${round}${"\n#x".repeat(33_000)}`);

/** Fragments whose fields may overlap: each has to be compared with each. */
export const overlappingFragments: Load = (loaded, round) => {
  const count = 48;
  const names = Array.from({ length: count }, (_, at) => `F${round}x${at}`);
  const spread = names.map((name) => `...${name}`).join(" ");
  const fragments = names.map((name, at) => `fragment ${name} on Viewer { id name kind b${at % 12}: id }`);
  return ask(loaded, `{ viewer { ${spread} } } ${fragments.join(" ")}`);
};

export const wholeSchema: Load = (loaded) => ask(loaded, getIntrospectionQuery());
