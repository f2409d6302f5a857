import * as z from "zod";
import { Badge, Button, CodeBlock, Empty, Section, Table } from "../shell/parts.tsx";
import { ms } from "./words.tsx";

export const testSchema = z.object({
  contract_id: z.string(),
  sent: z.boolean(),
  outcome: z.string(),
  ok: z.boolean(),
  phases: z.array(
    z.object({
      phase: z.string(),
      outcome: z.string(),
      reason: z.string().nullable(),
      ms: z.number().nullable(),
      exchanges: z.array(
        z.object({
          request: z.object({ curl: z.string() }),
          answer: z.object({ status: z.number(), body: z.string() }).nullable(),
        }),
      ),
    }),
  ),
  findings: z.array(z.object({ level: z.string(), code: z.string(), message: z.string() })),
});
export const conformanceSchema = z.object({
  contract_id: z.string(),
  ok: z.boolean(),
  checks: z.array(
    z.object({
      check: z.string(),
      state: z.string(),
      needed: z.boolean(),
      found: z.string(),
      todo: z.string().optional(),
    }),
  ),
});

/** The tests that there are, for each contract through the endpoint. */
export function TestSection({ path, contracts, accepts }: { path: string; contracts: string[]; accepts: boolean }) {
  return (
    <Section
      title="Test"
      hint="With made-up people, marked as tests, by the code that carries real leads: no cap, balance or breaker notices. Works during maintenance too."
    >
      {accepts ? (
        <Table
          caption="Tests by contract"
          rows={contracts}
          empty="No contract goes through this endpoint: there is nothing to make a test of."
          columns={[
            { head: "Contract", cell: (id) => <code>{id}</code> },
            {
              head: "",
              cell: (id) => (
                <span class="actions">
                  <Button action={`${path}/test`} values={{ contract: id, kind: "ping" }} label="Send a sample ping" />
                  <Button action={`${path}/test`} values={{ contract: id, kind: "both" }} label="Send a sample lead" />
                  <Button
                    action={`${path}/test`}
                    values={{ contract: id, kind: "conformance" }}
                    label="Check conformance"
                  />
                </span>
              ),
            },
          ]}
        />
      ) : (
        <Empty>The endpoint does not take tests: set "Takes tests" once the buyer's system knows a test lead.</Empty>
      )}
    </Section>
  );
}

const LEVEL = { error: "bad", warning: "warn" } as const;

export function TestResult({ result }: { result: z.output<typeof testSchema> }) {
  return (
    <>
      <p class={`notice ${result.ok ? "good" : "bad"}`} role="status">
        {result.ok ? "It works" : "It does not work yet"}: {result.outcome.replaceAll("_", " ")}
      </p>
      <Section title="Findings">
        <Table
          caption="Findings"
          rows={result.findings}
          empty="Nothing to mend."
          columns={[
            {
              head: "Level",
              cell: ({ level }) => (
                <Badge tone={level === "error" || level === "warning" ? LEVEL[level] : "quiet"}>{level}</Badge>
              ),
            },
            { head: "Code", cell: ({ code }) => <code>{code}</code> },
            { head: "What", cell: ({ message }) => message },
          ]}
        />
      </Section>
      {result.phases.map((phase) => (
        <Section
          title={`The ${phase.phase}: ${phase.outcome.replaceAll("_", " ")}`}
          hint={`${phase.reason ?? ""} ${phase.ms === null ? "" : `Took ${ms(phase.ms)}.`}`}
        >
          {phase.exchanges.map(({ request, answer }) => (
            <>
              <h3>Sent</h3>
              <CodeBlock text={request.curl} />
              <h3>{answer ? `Answered, HTTP ${answer.status}` : "No answer"}</h3>
              {answer && <CodeBlock text={answer.body} />}
            </>
          ))}
        </Section>
      ))}
    </>
  );
}

export function ConformanceResult({ result }: { result: z.output<typeof conformanceSchema> }) {
  const tone = (state: string) => (state === "pass" ? "good" : state === "fail" ? "bad" : "quiet");
  return (
    <>
      <p class={`notice ${result.ok ? "good" : "bad"}`} role="status">
        {result.ok ? "Nothing that the gateway needs failed." : "Something that the gateway needs failed."}
      </p>
      <Section title="Checks">
        <Table
          caption="Checks"
          rows={result.checks}
          empty="Nothing was checked."
          columns={[
            { head: "Check", cell: ({ check }) => <code>{check}</code> },
            {
              head: "Result",
              cell: ({ state, needed }) => (
                <>
                  <Badge tone={tone(state)}>{state}</Badge> {!needed && <small>advice</small>}
                </>
              ),
            },
            { head: "Found", cell: ({ found }) => found },
            { head: "Do", cell: ({ todo }) => todo ?? "" },
          ]}
        />
      </Section>
    </>
  );
}
