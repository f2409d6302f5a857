/** The console's areas, in the order of the navigation. */
export const AREAS = [
  { area: "overview", path: "/ops", label: "Overview" },
  { area: "live", path: "/ops/live", label: "Live" },
  { area: "leads", path: "/ops/leads", label: "Leads" },
  { area: "dead-letters", path: "/ops/dead-letters", label: "Dead letters" },
  { area: "alerts", path: "/ops/alerts", label: "Alerts" },
  { area: "buyers", path: "/ops/buyers", label: "Buyers" },
  { area: "campaigns", path: "/ops/campaigns", label: "Campaigns" },
  { area: "contracts", path: "/ops/contracts", label: "Contracts" },
  { area: "publishers", path: "/ops/publishers", label: "Publishers" },
  { area: "reports", path: "/ops/reports", label: "Reports" },
  { area: "jobs", path: "/ops/jobs", label: "Jobs" },
  { area: "audit", path: "/ops/audit", label: "Audit" },
] as const;
export type Area = (typeof AREAS)[number]["area"];
