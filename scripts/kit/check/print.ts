import type { CheckResult, ConformanceReport } from "../../../worker/buyers/conformance/index.ts";

const MARKS: Record<CheckResult["state"], string> = { pass: "ok  ", fail: "FAIL", skipped: "-   " };

/** The report for people: a line a check, and what to do below the ones that failed. */
export function printed({ ok, requests, checks }: ConformanceReport): string {
  const width = Math.max(...checks.map(({ check }) => check.length));
  const lines = checks.flatMap(({ check, state, needed, found, todo }) => {
    const mark = state === "fail" && !needed ? "note" : MARKS[state];
    return [`${mark}  ${check.padEnd(width)}  ${found}`, ...(todo ? [`${" ".repeat(width + 8)}${todo}`] : [])];
  });
  const count = (state: CheckResult["state"]) => checks.filter((one) => one.state === state).length;
  const failed = checks.filter(({ state, needed }) => state === "fail" && needed).length;
  const notes = count("fail") - failed;
  return [
    ...lines,
    "",
    `${ok ? "Ready" : "Not ready"}: ${count("pass")} passed, ${failed} failed, ${notes} to think about, ${count("skipped")} skipped; ${requests} requests.`,
  ].join("\n");
}
