import type { ConditionConfig, ConditionTest } from "../../../schema/config/dialect.ts";

/** A condition as text; the data form is written as the text form would be. */
export function conditionText(when: ConditionConfig): string {
  if (typeof when === "string") return when;
  if ("all" in when) return when.all.map(inBrackets).join(" and ");
  if ("any" in when) return when.any.map(inBrackets).join(" or ");
  if ("not" in when) return `not (${conditionText(when.not)})`;
  return testText(when);
}

const inBrackets = (when: ConditionConfig): string => {
  const text = conditionText(when);
  return typeof when === "object" && ("any" in when || "all" in when) ? `(${text})` : text;
};

function testText(test: ConditionTest): string {
  const subject = test.path ?? "the answer";
  const value = (one: unknown) => (typeof one === "string" && /\s/.test(one) ? JSON.stringify(one) : String(one));
  const parts = [
    test.status && `$status in (${test.status.join(", ")})`,
    test.equals !== undefined && `${subject} is ${value(test.equals)}`,
    test.in && `${subject} in (${test.in.map(value).join(", ")})`,
    test.contains !== undefined && `${subject} contains ${value(test.contains)}`,
    test.starts_with !== undefined && `${subject} starts with ${value(test.starts_with)}`,
    test.ends_with !== undefined && `${subject} ends with ${value(test.ends_with)}`,
    test.matches !== undefined && `${subject} matches /${test.matches}/`,
    test.present !== undefined && `${subject} ${test.present ? "exists" : "is missing"}`,
    test.gt !== undefined && `${subject} > ${test.gt}`,
    test.gte !== undefined && `${subject} >= ${test.gte}`,
    test.lt !== undefined && `${subject} < ${test.lt}`,
    test.lte !== undefined && `${subject} <= ${test.lte}`,
  ].filter((part) => typeof part === "string");
  return parts.length > 0 ? parts.join(" and ") : test.path === undefined ? "otherwise" : `${subject} exists`;
}
