import type { KeeperPort } from "../../schema/rpc/keeper.ts";

/** Where there is no long work: what the keeper does is looked at in workerd. */
export const NO_KEEPER: KeeperPort = {
  start: () => Promise.reject(new Error("there is no keeper here")),
  job: async () => null,
  jobs: async () => [],
  cancel: async () => null,
  tick: async () => {},
};
