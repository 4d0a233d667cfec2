import { CreateSchema } from "./20261121000000-create-schema.ts";

/** In the order in which they run. A name, once released, stays. */
export const migrations = [{ name: "20261121000000-create-schema", class: CreateSchema }];
