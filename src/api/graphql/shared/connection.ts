import { type ClassType, Field, ObjectType } from "type-graphql";
import type { Page } from "../../../base/index.ts";
import { Count } from "./scalars.ts";

@ObjectType("PageInfo", { description: "Where a page stands in its list." })
export class PageInfoType {
  @Field(() => Boolean, { description: "Whether more follows." })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: "Whether the page began after a cursor." })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: "Cursor of the first edge." })
  startCursor!: string | null;

  @Field(() => String, { nullable: true, description: "Cursor of the last edge: `after` of the next page." })
  endCursor!: string | null;
}

/** A keyset connection of `node`, and its edge. */
export function connectionOf<T extends object>(name: string, node: () => ClassType<T>) {
  @ObjectType(`${name}Edge`, { description: `One ${name} of a page.` })
  class Edge {
    @Field(() => String, { description: "Where to go on: pass it as `after`." })
    cursor!: string;

    @Field(node, { description: "The row itself." })
    node!: T;
  }

  @ObjectType(`${name}Connection`, { description: `A page of a list of ${name}.` })
  class Connection {
    @Field(() => [Edge], { description: "The rows of this page." })
    edges!: Edge[];

    @Field(() => PageInfoType, { description: "Whether and where more follows." })
    pageInfo!: PageInfoType;

    @Field(() => Count, { description: "Rows in the whole list; counted only when asked for." })
    totalCount!: number | Promise<number>;
  }
  return Connection;
}

export type ConnectionOf<T> = {
  edges: { cursor: string; node: T }[];
  pageInfo: PageInfoType;
  readonly totalCount: Promise<number>;
};

export function toConnection<T>(page: Page<T>, after: string | null | undefined): ConnectionOf<T> {
  return {
    edges: [...page.edges],
    // Read, and so counted, only by an operation that selects it.
    get totalCount() {
      return page.totalCount();
    },
    pageInfo: {
      hasNextPage: page.hasNextPage,
      hasPreviousPage: Boolean(after),
      startCursor: page.edges[0]?.cursor ?? null,
      endCursor: page.edges.at(-1)?.cursor ?? null,
    },
  };
}
