import { dayAfter, momentOf } from "../../flows/reports/range.ts";
import type { Problem } from "../shell/api.ts";
import { errorOf } from "../shell/forms.tsx";
import { Field } from "../shell/parts.tsx";

export const TESTS = [
  { value: "false", label: "without" },
  { value: "true", label: "only" },
];

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Dates of the viewer's zone as the API's times: from the first date's beginning to the last one's end. Anything else is the API's to refuse. */
export function between(given: Record<string, string>, zone: string): { from?: string; to?: string } {
  const { from = "", to = "" } = given;
  const begin = DATE.test(from) ? momentOf(from, zone) : null;
  return {
    ...(from === "" ? {} : { from: begin === null ? from : String(begin) }),
    ...(to === "" ? {} : { to: DATE.test(to) && momentOf(to, zone) !== null ? String(dayAfter(to, zone)) : to }),
  };
}

export function Times({ given, problem }: { given: Record<string, string>; problem?: Problem }) {
  return (
    <>
      <Field name="from" label="From" type="date" value={given.from} error={errorOf(problem, "from")} />
      <Field name="to" label="To, inclusive" type="date" value={given.to} error={errorOf(problem, "to")} />
    </>
  );
}
