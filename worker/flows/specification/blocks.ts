/** A page for people, whatever it becomes: HTML or Markdown. In texts `backticks` are code. */
export type Block =
  | { kind: "heading"; level: 2 | 3; text: string }
  | { kind: "text"; text: string }
  | { kind: "code"; text: string; language?: string }
  | { kind: "table"; head: string[]; rows: string[][] }
  | { kind: "list"; items: string[]; ordered?: boolean }
  /** The same thing in several languages: `name` is unique on its page. */
  | { kind: "tabs"; name: string; title: string; tabs: { label: string; text: string; language: string }[] };

export const heading = (text: string, level: 2 | 3 = 2): Block => ({ kind: "heading", level, text });
export const text = (...sentences: string[]): Block => ({ kind: "text", text: sentences.join(" ") });
export const code = (content: string, language?: string): Block => ({ kind: "code", text: content, language });
export const table = (head: string[], rows: string[][]): Block[] =>
  rows.length > 0 ? [{ kind: "table", head, rows }] : [];
export const list = (items: string[]): Block[] => (items.length > 0 ? [{ kind: "list", items }] : []);
export const steps = (items: string[]): Block => ({ kind: "list", items, ordered: true });

/** As Markdown. */
export function markdownOf(title: string, blocks: readonly Block[]): string {
  return `${[`# ${title}`, ...blocks.map(markdown)].join("\n\n")}\n`;
}

function markdown(block: Block): string {
  switch (block.kind) {
    case "heading":
      return `${"#".repeat(block.level)} ${block.text}`;
    case "text":
      return block.text;
    case "list":
      return block.items.map((item, n) => `${block.ordered ? `${n + 1}.` : "-"} ${item}`).join("\n");
    case "code":
      return fenced(block.text, block.language);
    case "tabs":
      return block.tabs
        .map(({ label, text, language }) => `**${block.title}: ${label}**\n\n${fenced(text.trimEnd(), language)}`)
        .join("\n\n");
    case "table":
      return [row(block.head), row(block.head.map(() => "---")), ...block.rows.map(row)].join("\n");
  }
}

function fenced(text: string, language = ""): string {
  const fence = text.includes("```") ? "~~~" : "```";
  return `${fence}${language}\n${text}\n${fence}`;
}

const row = (cells: string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
