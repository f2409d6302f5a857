import * as z from "zod";
import { Ago, Badge, Confirm, Field, Section, Table } from "../shell/parts.tsx";

export const driftSchema = z.object({
  contract_id: z.string(),
  watched: z.boolean(),
  stages: z.array(
    z.object({
      stage: z.string(),
      learning: z.boolean(),
      answers: z.number(),
      open: z.array(
        z.object({
          id: z.string(),
          kind: z.string(),
          of: z.string(),
          what: z.string(),
          before: z.string(),
          after: z.string(),
          since: z.string(),
        }),
      ),
    }),
  ),
});
export type Drift = z.output<typeof driftSchema>;

/** What has changed in a buyer's answers, or in our requests, contract by contract. */
export function DriftSection({ path, drifts }: { path: string; drifts: readonly Drift[] }) {
  const rows = drifts.flatMap(({ contract_id, stages }) =>
    stages.flatMap(({ stage, open }) => open.map((finding) => ({ ...finding, contract_id, stage }))),
  );
  const states = drifts.map(({ contract_id, watched, stages }) => {
    const learning = stages.some((stage) => stage.learning);
    const state = !watched
      ? "not watched"
      : stages.length === 0
        ? "nothing seen yet"
        : learning
          ? "learning"
          : "watched";
    return `${contract_id}: ${state}`;
  });
  return (
    <Section
      title="Drift"
      hint={`What is not as it was in its answers and our requests: structure and words, never a value. ${states.join("; ")}.`}
    >
      <Table
        caption="Open changes"
        rows={rows}
        empty="Nothing has changed."
        columns={[
          { head: "Contract", cell: ({ contract_id }) => <code>{contract_id}</code> },
          {
            head: "What",
            cell: ({ kind, stage, of, what }) => (
              <>
                <Badge tone="warn">{kind.replaceAll("_", " ")}</Badge> {stage}, {of}: <code>{what}</code>
              </>
            ),
          },
          { head: "Before", cell: ({ before }) => before },
          { head: "Now", cell: ({ after }) => after },
          { head: "Since", cell: ({ since }) => <Ago at={since} /> },
          {
            head: "",
            cell: ({ contract_id, id }) => (
              <Confirm action={`${path}/drift`} values={{ contract: contract_id, finding: id }} label="Accept">
                <p>It is meant so: it becomes what is known.</p>
                <Field name="reason" id={`reason-${id}`} label="Reason" required />
              </Confirm>
            ),
          },
        ]}
      />
    </Section>
  );
}
