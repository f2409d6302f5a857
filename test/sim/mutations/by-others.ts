import type { Mutation } from "../bundle.ts";
import { CLAIMS } from "./others-claims.ts";
import { DOUBTS } from "./others-doubts.ts";
import { MONEY } from "./others-money.ts";
import { WAY } from "./others-way.ts";

/** Faults thought of by somebody who has not read the auditor: from the guarantees, and from the code as one would get it wrong. */
export const byOthers: readonly Mutation[] = [...CLAIMS, ...DOUBTS, ...MONEY, ...WAY];
