import { TypeOverrides, types } from "pg";

/** For clients of the tests: bigint, which counts have, is read as a number, as the server reads it. */
export const countsAsNumbers = new TypeOverrides(types);
countsAsNumbers.setTypeParser(types.builtins.INT8, Number);
