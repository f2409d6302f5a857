import { ZIPS, type ZipList } from "./zip-list.ts";

/** Entries of two bytes; lists beyond are asked one by one. 1,000 contracts with 5,000 ZIPs each fill five millions. */
const MOST_ENTRIES = 8_000_000;
/** Numbers of lists fit two bytes. */
const MOST_LISTS = 65_536;

/** Which of many lists hold a ZIP: for each ZIP the numbers of its lists, one behind the other in one array. */
export class ZipIndex {
  private readonly starts: Uint32Array;
  private readonly numbers: Uint16Array;
  /** Not in the array, by number. */
  private readonly others: number[] = [];

  constructor(
    readonly lists: readonly ZipList[],
    most = MOST_ENTRIES,
  ) {
    const inside: number[] = [];
    const bySize = lists.map((list, number) => ({ number, size: list.size })).sort((a, b) => a.size - b.size);
    let total = 0;
    for (const { number, size } of bySize) {
      if (number < MOST_LISTS && total + size <= most) {
        inside.push(number);
        total += size;
      } else this.others.push(number);
    }
    this.starts = new Uint32Array(ZIPS + 1);
    this.numbers = new Uint16Array(total);
    this.fill(inside);
  }

  private fill(inside: number[]): void {
    const { starts, numbers, lists } = this;
    for (const number of inside)
      lists[number]?.each((zip) => {
        starts[zip + 1] = (starts[zip + 1] ?? 0) + 1;
      });
    for (let zip = 0; zip < ZIPS; zip++) starts[zip + 1] = (starts[zip + 1] ?? 0) + (starts[zip] ?? 0);
    const next = starts.slice();
    for (const number of inside)
      lists[number]?.each((zip) => {
        const at = next[zip] ?? 0;
        numbers[at] = number;
        next[zip] = at + 1;
      });
  }

  /** Calls `take` with the number of each list that holds the ZIP. */
  find(zip: number, take: (number: number) => void): void {
    if (!Number.isInteger(zip) || zip < 0 || zip >= ZIPS) return;
    const end = this.starts[zip + 1] ?? 0;
    for (let at = this.starts[zip] ?? 0; at < end; at++) take(this.numbers[at] ?? 0);
    for (const number of this.others) if (this.lists[number]?.has(zip)) take(number);
  }

  /** The same lists in the same order? Then it serves them, too. */
  fits(lists: readonly ZipList[]): boolean {
    return lists.length === this.lists.length && lists.every((list, at) => list === this.lists[at]);
  }

  get bytes(): number {
    return this.starts.byteLength + this.numbers.byteLength;
  }
}
