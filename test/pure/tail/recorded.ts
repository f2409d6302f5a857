/** Lines as the demo's log has them, and the same as `wrangler tail --format json` wraps them. */
export const AUCTION =
  '{"event":"auction","ping_id":"pb0B1xUcIL0gAW1fjmBpqt7y6484","publisher":"quotewise","campaign":"auto_insurance","test":false,"result":"accepted","code":null,"price":27.6,"winner":"patient_mutual_auto_insurance","buyer":"patient_mutual","bid":34.5,"asked":4,"bids":2,"no_bids":1,"timeouts":0,"errors":1,"not_attempted":0,"late":0,"excluded":2,"filtered":4,"took_ms":708,"config_seq":50}';
export const REFUSED =
  '{"event":"auction","ping_id":"pb071xUcH5nrE0SqHMOOrGb4nMHw","publisher":"leadstream","campaign":"auto_insurance","test":true,"result":"rejected","code":"no_bids","price":0,"winner":null,"buyer":null,"bid":null,"asked":3,"bids":0,"no_bids":1,"timeouts":1,"errors":1,"not_attempted":0,"late":0,"excluded":9,"filtered":1,"took_ms":104,"config_seq":50}';
export const DELIVERY =
  '{"event":"delivery","lead_id":"lb071xUcH6f1WfyYpcHujJoweKhv","ping_id":"pb0B1xUcIL0gAW1fjmBpqt7y6484","publisher":"quotewise","campaign":"auto_insurance","kind":"post","contract":"patient_mutual_auto_insurance","buyer":"patient_mutual","endpoint":"patient_mutual_http","reservation":"lb071xUcH6f1WfyYpcHujJoweKhv_patient_mutual_auto_insurance_1_1","round":1,"attempt":2,"outcome":"unknown","class":"timeout","http_status":null,"ms":5003,"test":false}';
export const POSTBACK = '{"event":"postback","lead_id":"lb09","publisher":"leadstream","ok":false,"attempt":2}';
export const OTHER = "[mf:inf] GET /healthz 200 OK (4ms)";

const event = (outcome: string, messages: string[], more: object = {}) => ({
  wallTime: 12,
  cpuTime: 5,
  truncated: false,
  executionModel: "stateless",
  outcome,
  scriptName: "pingpost-gateway",
  diagnosticsChannelEvents: [],
  exceptions: [],
  logs: messages.map((message) => ({
    message: [message],
    level: "log",
    timestamp: Date.UTC(2026, 10, 28, 19, 4, 5, 678),
  })),
  eventTimestamp: Date.UTC(2026, 10, 28, 19, 4, 5),
  event: {
    request: {
      url: "https://leads.example.com/v1/pings",
      method: "POST",
      headers: { "cf-ray": '8e "{" }' },
      cf: { colo: "FRA" },
    },
    response: { status: 200 },
  },
  ...more,
});

/** As wrangler prints them: indented, one after the other. */
export const TAIL = [
  event("ok", [AUCTION, "plain words { not json"]),
  event("exception", [], {
    exceptions: [{ name: "TypeError", message: "boom", timestamp: Date.UTC(2026, 10, 28, 19, 4, 6) }],
  }),
  event("ok", [DELIVERY]),
]
  .map((one) => `${JSON.stringify(one, null, 2)}\n`)
  .join("");
