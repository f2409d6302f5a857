import { compileDialect } from "../../../worker/buyers/dialects/index.ts";
import { type AnswerRow, type Kind, PROVENANCES, type Ready, readyDialects } from "./files.ts";
import { judge } from "./judge.ts";

export interface Judged {
  ready: Ready;
  row: AnswerRow;
  wrong: string[];
}

export function judged(kind: Kind): Judged[] {
  return readyDialects(kind).flatMap((ready) => {
    const dialect = compileDialect(ready.config);
    return ready.fixture.answers.map((row) => ({ ready, row, wrong: judge(dialect, row) }));
  });
}

/** The whole of docs/dialects.md. Written by `npm run dialects:table`; a test fails where the file differs. */
export function dialectsPage(): string {
  const [reference, connectors, further] = [judged("reference"), judged("connectors"), judged("further")];
  return `${HEAD}
## Reference dialects

${tableOf("reference", reference)}

Bodies by provenance: ${provenances(reference)}.

What is read otherwise than one might think:

${remarks(reference)}

## Connectors

One page each in [connectors](connectors/README.md).

${tableOf("connectors", connectors)}

${remarks(connectors)}

## Further systems

Said after the language was finished, from public documents and clients, to see whether it is enough. Shapes are filled in or derived.

${tableOf("further", further)}
`;
}

const HEAD = `# Ready dialects, and how they are proved

Made by \`npm run dialects:table\` from \`dialects/\`; a test fails when this page differs from what the dialects do.

\`dialects/reference/\` says 36 real systems' dialects as configuration alone ([the language](dialect-language.md)), \`dialects/connectors/\` has ready ones to fill in. Beside each lies a
fixture: answers in the shapes that the system sends, and what each must be read as: outcome, price, ids, reason, redirect, offers, expiry, destination, the step that must follow.
Shapes, field names, codes and statuses are the systems'; sentences, ids and people are ours.

| provenance of an answer's shape | |
|---|---|
| verbatim | printed in the owner's document, or in its own tests |
| verbatim-edited | the same with a mend: quotes straightened, something cut |
| filled | the document names fields and words; we filled them in |
| derived | from what several clients of the system read |
| reconstructed | (connectors) from public documents and clients; see each page |

Outcomes: of a ping bid, no_bid, error; of a step go_on; of a post accepted, rejected, duplicate, not_taken (not now), unknown (it may have it), review (a person looks; never sent again),
set_up_error. An id that comes with a no is not kept: nothing is sent to it. Where a source calls an error *permanent* it is a set_up_error here; a *retryable* one is unknown, or not_taken where the system says that it took nothing.

## Fuzzing

\`npm run fuzz -- --bodies 1000000 --leads 50000 --seed 2026\`: answers mutated, spliced, cut, repeated, in wrong encodings, deep, wide and exploding (to a mebibyte), over every phase and step of all these
dialects, and requests built of leads that try to break out. A finding is a throw, a body over 10 ms (read alone, in processor time), a yes that [an oracle of its own](decisions/0033-ready-dialects-as-files.md)
cannot find in the dialect's rules or in [the table](buyers.md#answering-a-post), or anything in a request that its dialect does not say. On two busy cores: nothing
found; 1,000,000 answers in 124 s, of which the slowest (a mebibyte of JSON) took 9.77 ms; 50,000 requests. CI reads 50,000.
`;

function tableOf(kind: Kind, rows: Judged[]): string {
  const ids = [...new Set(rows.map(({ ready }) => ready.id))];
  const empty = readyDialects(kind).filter(({ id }) => !ids.includes(id));
  const lines = [...new Map(rows.map(({ ready }) => [ready.id, ready])).values(), ...empty]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((ready) =>
      lineOf(
        ready,
        rows.filter((one) => one.ready.id === ready.id),
      ),
    );
  const wrong = rows.filter((one) => one.wrong.length > 0).length;
  const requests = readyDialects(kind).reduce((sum, { fixture }) => sum + fixture.requests.length, 0);
  return [
    "| dialect | lines | requests | bodies | right | wrong | why |",
    "|---|---|---|---|---|---|---|",
    ...lines,
    `| **all ${lines.length}** | | ${requests} | ${rows.length} | ${rows.length - wrong} | ${wrong} | |`,
  ].join("\n");
}

function lineOf({ id, kind, lines, fixture }: Ready, rows: Judged[]): string {
  const wrong = rows.filter((one) => one.wrong.length > 0);
  const why = wrong.map(({ row, wrong: differences }) => `${row.name}: ${differences.join(", ")}`).join("; ");
  const none = rows.length === 0 ? "its answers are any 2xx; the request is what is proved" : "";
  const link = `[${id}](../dialects/${kind}/${id}.yaml)`;
  return `| ${link} | ${lines} | ${fixture.requests.length} | ${rows.length} | ${rows.length - wrong.length} | ${wrong.length} | ${(why || none).replaceAll("|", "\\|")} |`;
}

function provenances(rows: Judged[]): string {
  return PROVENANCES.flatMap((provenance) => {
    const of = rows.filter(({ row }) => row.provenance === provenance);
    const right = of.filter(({ wrong }) => wrong.length === 0).length;
    return of.length === 0 ? [] : [`${provenance} ${right} of ${of.length} right`];
  }).join(", ");
}

function remarks(rows: Judged[]): string {
  const told = rows.filter(({ row }) => row.why !== undefined);
  return [
    "| dialect | answer | becomes | because |",
    "|---|---|---|---|",
    ...told.map(({ ready, row }) => `| ${ready.id} | ${row.name} | ${row.expected.outcome} | ${row.why} |`),
  ].join("\n");
}
