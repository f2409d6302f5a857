/**
 * How many dialers a load needs. A ping's groups go to dialers picked at random, none twice; one that is full says `busy`, and
 * `redials` others are tried. Groups come eight or sixteen at a time, so what counts is how many pings are under way: with `k` of them
 * `k * groups` dialers are taken, a group stays undialled with that share to the power of its tries, and `k` is Poisson.
 * `npm run bench:emulated` holds this against the emulated platform.
 */
export interface DialerLoad {
  pings_per_s: number;
  buyers: number;
  /** Calls that the Worker makes itself: its own six connections. */
  own: number;
  group_size: number;
  redials: number;
  /** Ms for which a group keeps its dialer: until its slowest call has ended. */
  hold_ms: number;
}

/** A dialer's connections. */
const CONNECTIONS = 6;

/** Groups that a ping hands to dialers. */
export const groupsOf = ({ buyers, own, group_size }: Pick<DialerLoad, "buyers" | "own" | "group_size">): number =>
  Math.ceil(Math.max(0, buyers - own) / group_size);

/** Dialers that are taken at a time if none is ever refused, mean. */
export const offered = (load: DialerLoad): number => (load.pings_per_s * groupsOf(load) * load.hold_ms) / 1_000;

/** Share of pings in which a group finds no dialer. Who is refused takes none, so the share depends on itself: bisection. */
export function shortShare(load: DialerLoad, dialers: number): number {
  const groups = groupsOf(load);
  if (groups === 0) return 0;
  const tries = load.redials + 1;
  const under_way = (load.pings_per_s * load.hold_ms) / 1_000;
  const undialled = (refused: number) =>
    overPoisson(under_way * (1 - refused), (k) => fullShare(load, (k * groups) / dialers) ** tries);
  const refused = bisect((share) => undialled(share) > share);
  return overPoisson(
    under_way * (1 - refused),
    (k) => 1 - (1 - fullShare(load, (k * groups) / dialers) ** tries) ** groups,
  );
}

/** Least pool with which at most `short` of the pings (0.005, say) miss a buyer for want of a dialer. */
export function dialersFor(load: DialerLoad, short: number): number {
  if (groupsOf(load) === 0) return 1;
  const most = 100 * (offered(load) + groupsOf(load));
  return Math.ceil(most * bisect((share) => shortShare(load, Math.max(1e-9, most * share)) > short));
}

/** Chance that a dialer has no room for a group, when `each` groups are under way per dialer: of six, one fills it; of three, two do. */
function fullShare({ group_size }: DialerLoad, each: number): number {
  const room = Math.floor(CONNECTIONS / group_size);
  if (room === 1) return Math.min(1, each);
  // Erlang's loss formula, for the load of which so much is carried.
  const offering = 100 * bisect((share) => 100 * share * (1 - erlangB(room, 100 * share)) < each);
  return each >= room ? 1 : erlangB(room, offering);
}

function overPoisson(mean: number, of: (k: number) => number): number {
  // A large mean is as good as normal: three points give its first five moments.
  if (mean > 50) {
    const off = Math.sqrt(3 * mean);
    return (of(mean - off) + 4 * of(mean) + of(mean + off)) / 6;
  }
  let [sum, chance] = [0, Math.exp(-mean)];
  const most = Math.ceil(mean + 12 * Math.sqrt(mean) + 12);
  for (let k = 0; k <= most; k++) {
    sum += chance * of(k);
    chance *= mean / (k + 1);
  }
  return sum;
}

/** The largest value in 0..1 up to which `below` is true. */
function bisect(below: (value: number) => boolean): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (below(middle)) low = middle;
    else high = middle;
  }
  return high;
}

/** Share of arrivals that find all `servers` taken, at `erlangs` of offered load. */
function erlangB(servers: number, erlangs: number): number {
  let blocked = 1;
  for (let n = 1; n <= servers; n++) blocked = (erlangs * blocked) / (n + erlangs * blocked);
  return blocked;
}
