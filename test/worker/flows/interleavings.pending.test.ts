import { describe } from "vitest";
import { interleavings } from "../../support/flow/interleave.ts";

describe("a publisher that waits for the end", () => interleavings("pending"));
