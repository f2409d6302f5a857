import { describe } from "vitest";
import { interleavings } from "../../support/flow/interleave.ts";

describe("a final publisher: told no at its deadline", () => interleavings("final"));
