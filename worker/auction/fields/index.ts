/** A campaign's fields: reading and normalising leads, who may see what, consent. Pure. */

export { stateOfZip } from "../../facts/zip-state.ts";
export { checkCampaign } from "./check.ts";
export { compileCampaign } from "./compile.ts";
export { type ConsentInput, consentFields, missingConsent } from "./consent.ts";
export { readEmail } from "./network.ts";
export { readPhone } from "./phone.ts";
export { type SampleLead, sampleLead } from "./sample.ts";
export { changedFields, splitByClass, visibility, visibleInPing } from "./visible.ts";
