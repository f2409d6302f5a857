/** What a configuration says that cannot be. Thrown while compiling, never while a lead is on its way. */
export class DialectProblem extends Error {}
