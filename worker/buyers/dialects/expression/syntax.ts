/** Parsed expressions: what `{{…}}` and conditions say, before anything is known of the names in them. */
export type Literal = string | number | boolean | null;

export type Expression =
  | { kind: "literal"; value: Literal }
  | { kind: "name"; name: string }
  /** `a ?? b`: the first that is present. */
  | { kind: "first"; of: Expression[] }
  | { kind: "pipe"; input: Expression; pipe: string; args: Expression[] };

/** Text with expressions in it. */
export type TemplateParts = (string | Expression)[];

/** What something is compared with: a value that is written out, or what `$name` stands for (`price >= $bid.price`). */
export type Operand = Literal | Expression;

export type Comparison = "is" | "in" | "contains" | "starts_with" | "ends_with" | ">" | ">=" | "<" | "<=";

export type Condition =
  | { kind: "otherwise" }
  | { kind: "all" | "any"; of: Condition[] }
  | { kind: "not"; of: Condition }
  | { kind: "status"; status: (number | string)[] }
  | { kind: "compare"; subject: Expression; by: Comparison; with: Operand[] }
  | { kind: "matches"; subject: Expression; pattern: string; flags: string }
  | { kind: "present"; subject: Expression };

export const isExpression = (operand: Operand): operand is Expression =>
  typeof operand === "object" && operand !== null;

/** Every name that an expression uses. */
export function namesIn(expression: Expression): string[] {
  switch (expression.kind) {
    case "literal":
      return [];
    case "name":
      return [expression.name];
    case "first":
      return expression.of.flatMap(namesIn);
    case "pipe":
      return [expression.input, ...expression.args].flatMap(namesIn);
  }
}

export function namesInCondition(condition: Condition): string[] {
  switch (condition.kind) {
    case "otherwise":
    case "status":
      return [];
    case "all":
    case "any":
      return condition.of.flatMap(namesInCondition);
    case "not":
      return namesInCondition(condition.of);
    case "compare":
      return [condition.subject, ...condition.with.filter(isExpression)].flatMap(namesIn);
    case "matches":
    case "present":
      return namesIn(condition.subject);
  }
}
