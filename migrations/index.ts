import { CreateSchema } from "./20261128000000-create-schema.ts";

/** In the order in which they run. A name, once released, stays: from here on forward only. */
export const migrations = [{ name: "20261128000000-create-schema", class: CreateSchema }];
