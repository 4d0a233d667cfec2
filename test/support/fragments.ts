import type { Data, GraphqlClient } from "./graphql-client.ts";

type Saved = { readonly name: string; readonly content: string } & Readonly<Record<string, unknown>>;

export const saveFragmentDocument =
  "mutation ($input: SaveFragmentInput!) { saveFragment(input: $input) { id name channel description revision content } }";

/** A new version, of a new fragment or of the one with that id; for EMAIL unless said otherwise. */
export async function saveFragment(client: GraphqlClient, fields: Saved): Promise<Data> {
  return (await client.expectData(saveFragmentDocument, { input: { channel: "EMAIL", ...fields } })).saveFragment;
}
