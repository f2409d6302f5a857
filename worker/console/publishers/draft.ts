import type { PublisherAnswer } from "./records.ts";

/** What stands in the form: text by text, so that nothing typed is lost. */
export interface Draft {
  values: Record<string, string>;
  campaigns: string[];
}

export function draftOf({ id, record }: PublisherAnswer): Draft {
  const { campaigns, postback, publisher_share, pings_per_second, allow_below_promise } = record;
  return {
    campaigns,
    values: {
      ...{ id, name: record.name, mode: record.mode, risk_rule: record.risk_rule, notes: record.notes ?? "" },
      publisher_share: publisher_share === undefined ? "" : String(publisher_share),
      pings_per_second: String(pings_per_second),
      allow_below_promise: allow_below_promise ? "on" : "",
      postback_url: postback?.url ?? "",
      postback_method: postback?.method ?? "POST",
    },
  };
}
export const EMPTY: Draft = {
  campaigns: [],
  values: { mode: "final", risk_rule: "rejected", pings_per_second: "200", postback_method: "POST" },
};

/** The record that the form makes of the present one; numbers that are none are sent as they are, so that the call names the field. */
export function recordOf({ values, campaigns }: Draft, present: Record<string, unknown>): Record<string, unknown> {
  const number = (text: string | undefined): unknown => {
    const value = Number(text);
    return text === undefined || text.trim() === "" || Number.isNaN(value) ? text : value;
  };
  const { name, mode, risk_rule, publisher_share = "", pings_per_second, postback_url = "", notes = "" } = values;
  const record = {
    ...present,
    ...{ name, mode, risk_rule, campaigns },
    pings_per_second: number(pings_per_second),
    allow_below_promise: values.allow_below_promise === "on",
    publisher_share: publisher_share.trim() === "" ? undefined : number(publisher_share),
    postback: postback_url.trim() === "" ? undefined : { url: postback_url.trim(), method: values.postback_method },
    notes: notes.trim() === "" ? undefined : notes,
  };
  // JSON leaves out what is undefined: the member is taken away.
  return record;
}
