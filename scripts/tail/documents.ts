/** A piece of a log: a line as it is, or the JSON object that stood there, on one line or on many (`wrangler tail` prints it on many). */
export type Piece = { text: string; value?: Record<string, unknown> };

/** An object that does not end is given up at this length, and its lines pass as they are. */
const MOST_CHARS = 1_000_000;

/** Cuts a stream of text into lines and JSON objects, whatever the chunks. An object begins at the start of a line. */
export class Documents {
  private rest = "";
  /** Lines of an object that has begun. */
  private open: string[] = [];
  private depth = 0;
  private size = 0;

  *feed(chunk: string): Generator<Piece> {
    const lines = (this.rest + chunk).split("\n");
    this.rest = lines.pop() ?? "";
    if (this.rest.length > MOST_CHARS) lines.push(this.take());
    for (const line of lines) yield* this.line(line.replace(/\r$/, ""));
  }

  *end(): Generator<Piece> {
    if (this.rest !== "") yield* this.line(this.take());
    yield* this.giveUp();
  }

  private take(): string {
    const { rest } = this;
    this.rest = "";
    return rest;
  }

  private *line(line: string): Generator<Piece> {
    if (this.open.length === 0 && !line.startsWith("{")) return yield { text: line };
    // What cannot be inside an object, a new one at the margin, ends one that was cut off.
    if (this.open.length > 0 && /^\{./.test(line)) yield* this.giveUp();
    this.open.push(line);
    this.size += line.length;
    this.depth += depthOf(line);
    if (this.depth > 0 && this.size <= MOST_CHARS) return;
    const text = this.open.join("\n");
    const value = objectOf(text);
    if (value === undefined) return yield* this.giveUp();
    this.reset();
    yield { text, value };
  }

  private *giveUp(): Generator<Piece> {
    const { open } = this;
    this.reset();
    for (const text of open) yield { text };
  }

  private reset(): void {
    this.open = [];
    this.depth = 0;
    this.size = 0;
  }
}

/** Braces opened and not closed, outside of texts; JSON's texts never reach over a line's end. */
function depthOf(line: string): number {
  let [depth, inText] = [0, false];
  for (let i = 0; i < line.length; i++) {
    const char = line[i];
    if (inText) {
      if (char === "\\") i++;
      else if (char === '"') inText = false;
    } else if (char === '"') inText = true;
    else if (char === "{") depth++;
    else if (char === "}") depth--;
  }
  return depth;
}

function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
