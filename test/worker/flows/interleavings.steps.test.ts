import { describe } from "vitest";
import { interleavings } from "../../support/flow/interleave.ts";

/** Posts of several requests: a session before, the question what came of it afterwards; workers are lost between any two of them. */
describe("a publisher that waits for the end, and buyers with steps", () =>
  interleavings("pending", {
    steps: true,
    conducts: ["accepts", "rejects", "accepts, answer lost", "breaks down, then takes it", "not now"],
  }));
