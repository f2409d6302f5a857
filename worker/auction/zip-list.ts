/** Five-digit ZIPs are the numbers below this; 100,000 bits are 12,500 bytes. */
export const ZIPS = 100_000;
const WORDS = ZIPS / 32;
/** Packed text: five bits a character, the sixth says that another follows. None of these is escaped in JSON. */
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
const MORE = 32;
const FIVE_DIGITS = /^\d{5}$/;

/**
 * A set of five-digit ZIPs in at most 12,500 bytes: sorted numbers of four bytes while there are few, else one bit a ZIP. A `Set` of
 * 5,000 texts takes more than ten times as much, and a contract's list is looked at in every ping.
 */
export class ZipList {
  private constructor(
    readonly size: number,
    private readonly words: Uint32Array,
    private readonly sorted: boolean,
  ) {}

  /** null: an entry is not five digits. */
  static of(entries: readonly unknown[]): ZipList | null {
    const bits = new Uint32Array(WORDS);
    for (const entry of entries) {
      if (typeof entry !== "string" || !FIVE_DIGITS.test(entry)) return null;
      setBit(bits, Number(entry));
    }
    return ZipList.ofBits(bits);
  }

  private static ofBits(bits: Uint32Array): ZipList {
    let size = 0;
    eachBit(bits, () => size++);
    if (size >= WORDS) return new ZipList(size, bits, false);
    const sorted = new Uint32Array(size);
    let at = 0;
    eachBit(bits, (zip) => {
      sorted[at++] = zip;
    });
    return new ZipList(size, sorted, true);
  }

  /** From {@link packed}; null when the text is none of ours. */
  static unpack(text: string): ZipList | null {
    const bits = new Uint32Array(WORDS);
    let zip = -1;
    for (let at = 0; at < text.length; ) {
      let gap = 0;
      for (let shift = 0; ; shift += 5) {
        const digit = DIGITS.indexOf(text.charAt(at++));
        if (digit < 0 || shift > 20 || at > text.length) return null;
        gap += (digit & (MORE - 1)) << shift;
        if (digit < MORE) break;
      }
      zip += gap + 1;
      if (zip >= ZIPS) return null;
      setBit(bits, zip);
    }
    return zip < 0 ? null : ZipList.ofBits(bits);
  }

  /** As text, one or two characters a ZIP: the gaps between them. Equal sets are equal texts. */
  packed(): string {
    const out: string[] = [];
    let last = -1;
    this.each((zip) => {
      let gap = zip - last - 1;
      for (; gap >= MORE; gap >>>= 5) out.push(DIGITS.charAt((gap & (MORE - 1)) | MORE));
      out.push(DIGITS.charAt(gap));
      last = zip;
    });
    return out.join("");
  }

  /** `zip`: any number. */
  has(zip: number): boolean {
    if (!(zip >= 0 && zip < ZIPS) || !Number.isInteger(zip)) return false;
    if (!this.sorted) return (((this.words[zip >>> 5] ?? 0) >>> (zip & 31)) & 1) === 1;
    let [low, high] = [0, this.size];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.words[middle] ?? 0) < zip) low = middle + 1;
      else high = middle;
    }
    return low < this.size && this.words[low] === zip;
  }

  /** In ascending order. */
  each(take: (zip: number) => void): void {
    if (!this.sorted) eachBit(this.words, take);
    else for (const zip of this.words) take(zip);
  }

  equals(other: ZipList): boolean {
    return this.size === other.size && this.words.every((word, at) => word === other.words[at]);
  }

  /** Of its numbers, without the object around them. */
  get bytes(): number {
    return this.words.byteLength;
  }

  /** Equal for equal lists (FNV-1a). */
  get hash(): number {
    let hash = 0x811c9dc5;
    for (const word of this.words) hash = Math.imul(hash ^ word, 0x01000193);
    return hash >>> 0;
  }
}

function setBit(bits: Uint32Array, zip: number): void {
  bits[zip >>> 5] = (bits[zip >>> 5] ?? 0) | (1 << (zip & 31));
}

function eachBit(bits: Uint32Array, take: (zip: number) => void): void {
  for (let at = 0; at < bits.length; at++) {
    for (let word = bits[at] ?? 0; word !== 0; word &= word - 1) take(at * 32 + 31 - Math.clz32(word & -word));
  }
}

/** Equal lists as one: many contracts buy the same ZIPs. */
export class ZipLists {
  private byHash = new Map<number, ZipList[]>();

  same(list: ZipList): ZipList {
    const { hash } = list;
    const alike = this.byHash.get(hash);
    const known = alike?.find((other) => other.equals(list));
    if (known) return known;
    if (alike) alike.push(list);
    else this.byHash.set(hash, [list]);
    return list;
  }

  /** Forgets all but these. */
  keep(lists: Iterable<ZipList>): void {
    this.byHash = new Map();
    for (const list of lists) this.same(list);
  }
}
