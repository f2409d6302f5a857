import { raw } from "hono/html";
import type { Block } from "../../flows/specification/blocks.ts";

/** Tabs are radio buttons: they work without a script, by keyboard, and lie open one below the other on paper. */
const MOST_TABS = 6;
const shown = Array.from(
  { length: MOST_TABS },
  (_, n) => `.tabs>input:nth-of-type(${n + 1}):checked~.panel:nth-of-type(${n + 1})`,
).join(",");

const STYLE = `
h3{font-size:1rem;margin:1.4rem 0 .4rem}
.tabs{border:0;margin:1rem 0;padding:0;min-width:0}.tabs>legend{font-weight:600;padding:0 0 .4rem}
.tabs>input{position:absolute;opacity:0}
.tabs>label{display:inline-block;padding:.35rem .8rem;min-height:1.5rem;border:1px solid var(--line);border-radius:6px;margin:0 .3rem .4rem 0;cursor:pointer}
.tabs>input:checked+label{background:var(--link);border-color:var(--link);color:var(--on-link)}
.tabs>input:focus-visible+label{outline:2px solid var(--link);outline-offset:2px}
.panel{display:none}.panel>h4{display:none;margin:.6rem 0 .2rem}${shown}{display:block}
@media (min-width:40.01rem){td:first-child code{white-space:nowrap}}
.toc{columns:14rem;padding-left:1.9rem}
@media print{body{max-width:none;padding:0;font-size:11px}pre{white-space:pre-wrap;break-inside:avoid}h2,h3{break-after:avoid}tr{break-inside:avoid}nav{display:none}
.tabs>input,.tabs>label{display:none}.tabs>.panel,.panel>h4{display:block}}`;

export const BLOCK_STYLE = <style>{raw(STYLE)}</style>;

/** An anchor that a person can guess: `test-values`. */
export const anchorOf = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");

export function BlockView({ block }: { block: Block }) {
  switch (block.kind) {
    case "heading":
      return block.level === 2 ? <h2 id={anchorOf(block.text)}>{block.text}</h2> : <h3>{block.text}</h3>;
    case "text":
      return (
        <p>
          <Text text={block.text} />
        </p>
      );
    case "code":
      return <Code text={block.text} />;
    case "list": {
      const items = block.items.map((item) => (
        <li>
          <Text text={item} />
        </li>
      ));
      return block.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
    }
    case "table":
      return <Rows head={block.head} rows={block.rows} />;
    case "tabs":
      return <Tabs {...block} />;
  }
}

/** Scrolls sideways where it is wide, so it must be reachable by keyboard. */
function Code({ text, sample }: { text: string; sample?: string }) {
  return (
    <pre tabindex={0} data-sample={sample}>
      <code>{text}</code>
    </pre>
  );
}

function Tabs({ name, title, tabs }: Extract<Block, { kind: "tabs" }>) {
  const few = tabs.slice(0, MOST_TABS);
  return (
    <fieldset class="tabs">
      <legend>{title}</legend>
      {few.map(({ label, language }, n) => (
        <>
          <input type="radio" name={name} id={`${name}-${language}`} checked={n === 0} />
          <label for={`${name}-${language}`}>{label}</label>
        </>
      ))}
      {few.map(({ label, text, language }) => (
        <div class="panel">
          <h4>{label}</h4>
          <Code text={text} sample={`${name}/${language}`} />
        </div>
      ))}
    </fieldset>
  );
}

function Rows({ head, rows }: { head: string[]; rows: string[][] }) {
  return (
    <table>
      <thead>
        <tr>
          {head.map((cell) => (
            <th scope="col">{cell}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((cells) => (
          <tr>
            {cells.map((cell, n) => (
              <td data-label={cell === "" ? undefined : head[n] || undefined}>
                <Text text={cell} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What stands in backticks is code. */
export function Text({ text }: { text: string }) {
  return <>{text.split("`").map((part, at) => (at % 2 === 1 ? <code>{part}</code> : part))}</>;
}
