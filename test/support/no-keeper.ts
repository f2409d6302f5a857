import type { KeeperPort } from "../../schema/rpc/keeper.ts";

/** Where there is no long work: what the keeper does is looked at in workerd. */
export const NO_KEEPER: KeeperPort = {
  start: () => Promise.reject(new Error("there is no keeper here")),
  job: async () => null,
  jobs: async () => [],
  cancel: async () => null,
  tick: async () => {},
  incidents: async () => [],
  incident: async () => null,
  notices: async () => [],
  watch: async () => ({ looked_at: null, failed: null, channels: {}, synthetic: {} }),
  lookNow: async () => {},
  channelTold: async () => {},
  syntheticRan: async () => {},
};
