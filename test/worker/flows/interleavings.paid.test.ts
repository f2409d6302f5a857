import { describe } from "vitest";
import { interleavings } from "../../support/flow/interleave.ts";

describe("a final publisher whose risk the gateway carries", () => interleavings("paid"));
