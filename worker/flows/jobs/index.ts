import type { JobKind } from "../../../schema/lists.ts";
import { erasureStep } from "./erase.ts";
import type { RunJob } from "./job.ts";
import { rebuildStep } from "./rebuild.ts";
import { reconcileStep } from "./reconcile.ts";
import { repairStep } from "./repair.ts";
import { replayStep } from "./replay.ts";
import { retentionStep } from "./retention.ts";
import { rewrapStep } from "./rewrap.ts";

const STEPS: Record<JobKind, RunJob> = {
  replay: replayStep,
  reconcile: reconcileStep,
  rebuild: rebuildStep,
  retention: retentionStep,
  erase: erasureStep,
  rewrap: rewrapStep,
  repair: repairStep,
};

/** One step of any job. @throws when it could do nothing at all: the keeper repeats it later from the same cursor. */
export const runStep: RunJob = (c, job, cursor) => STEPS[job.kind](c, job, cursor);
