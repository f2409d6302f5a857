/** Something that happens at a time; `order` tells those of one time apart. */
export interface Timed {
  at: number;
  order: number;
}

/** Events by time, and those of one time in the order they were set: what makes a simulated run depend on nothing but its seed. */
export class EventHeap<E extends Timed> {
  private readonly heap: E[] = [];

  peek(): E | undefined {
    return this.heap[0];
  }

  push(event: E): void {
    const { heap } = this;
    let at = heap.length;
    heap.push(event);
    while (at > 0) {
      const up = (at - 1) >> 1;
      const parent = heap[up];
      if (!parent || !before(event, parent)) break;
      heap[at] = parent;
      at = up;
    }
    heap[at] = event;
  }

  pop(): E | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (!last || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const [a, b] = [heap[left], heap[left + 1]];
      if (!a) break;
      const child = b && before(b, a) ? left + 1 : left;
      const next = heap[child];
      if (!next || !before(next, last)) break;
      heap[at] = next;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

const before = (a: Timed, b: Timed): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
