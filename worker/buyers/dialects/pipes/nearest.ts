/** The known word that is most like `word`, if one is: for messages that help. `most`: letters that may differ. */
export function nearest(word: string, known: Iterable<string>, most?: number): string | undefined {
  let best: string | undefined;
  let least = (most ?? Math.max(2, Math.floor(word.length / 3))) + 1;
  for (const candidate of known) {
    const distance = edits(word.toLowerCase().slice(0, 60), candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** Letters to insert, delete or replace to make one word of the other. */
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
