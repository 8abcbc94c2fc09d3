import type { Dynamic } from '../define.ts';
import { isArray } from '../value/dynamic.ts';

/**
 * HyperLogLog states as KQL values. Few distinct values are held as sparse codes (exact to a handful in a
 * million), many as registers, one base64 character each:
 *
 *     ["hll", 1, <log2 of the registers>, [<sparse codes>] | "<registers>"]
 *
 * A sparse code is (index << 6) | rank over 2^25 virtual registers, so that it can be folded to any smaller
 * number of registers later. Heule, Nunkesser, Hall: HyperLogLog in Practice (2013); the estimate of the
 * registers is Ertl's (2017), which needs no bias tables.
 */
export interface Hll {
  readonly bits: number;
  readonly sparse: ReadonlySet<number> | undefined;
  readonly registers: Uint8Array | undefined;
}

export const SPARSE_BITS = 25;
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUE_OF = new Map([...DIGITS].map((c, i) => [c, i]));

/** Registers (log2) per accuracy level: 1.6, 0.8, 0.4, 0.28 and 0.2 % (page "dcount", accuracy). */
const BITS_OF_LEVEL: readonly number[] = [12, 14, 16, 17, 18];

export function bitsOfLevel(level: number): number | undefined {
  return BITS_OF_LEVEL[level];
}

export function hllOfCodes(codes: Iterable<number>, bits: number): Hll {
  return compact({ bits, sparse: new Set(codes), registers: undefined });
}

/** Sparse only while that is the smaller form. */
function compact(state: Hll): Hll {
  if (state.sparse === undefined || state.sparse.size <= 2 ** state.bits / 8) return state;
  return { bits: state.bits, sparse: undefined, registers: registersOf(state, state.bits) };
}

function registersOf(state: Hll, bits: number): Uint8Array {
  const registers = new Uint8Array(2 ** bits);
  const raise = (index: number, rank: number): void => {
    if (rank > (registers[index] ?? 0)) registers[index] = rank;
  };
  if (state.sparse)
    for (const code of state.sparse) raise(...folded(code >> 6, code & 63, SPARSE_BITS, bits));
  state.registers?.forEach((rank, index) => {
    if (rank > 0) raise(...folded(index, rank, state.bits, bits));
  });
  return registers;
}

/** Index and rank in fewer registers: the index bits given up become the head of the rank's bits. */
function folded(index: number, rank: number, from: number, to: number): [number, number] {
  const spare = from - to;
  if (spare === 0) return [index, rank];
  const low = index % 2 ** spare;
  const high = Math.floor(index / 2 ** spare);
  return [high, low === 0 ? spare + rank : spare - Math.floor(Math.log2(low))];
}

/** The union's state, at the smallest of the accuracies. */
export function mergeHlls(states: readonly Hll[]): Hll {
  const bits = Math.min(...states.map((state) => state.bits));
  if (states.every((state) => state.sparse)) {
    const all = new Set<number>();
    for (const state of states) for (const code of state.sparse ?? []) all.add(code);
    return compact({ bits, sparse: all, registers: undefined });
  }
  const registers = new Uint8Array(2 ** bits);
  for (const state of states)
    registersOf(state, bits).forEach((rank, i) => {
      if (rank > (registers[i] ?? 0)) registers[i] = rank;
    });
  return { bits, sparse: undefined, registers };
}

/** Number of distinct values. */
export function countOf(state: Hll): number {
  if (state.sparse) {
    const m = 2 ** SPARSE_BITS;
    return Math.round(-m * Math.log1p(-state.sparse.size / m));
  }
  return state.registers ? Math.round(estimate(state.registers)) : 0;
}

/** How many values all the states have seen; exact codes where all are sparse, else inclusion and exclusion. */
export function countOfIntersection(states: readonly Hll[]): number {
  const [first, ...others] = states;
  if (!first) return 0;
  if (states.every((state) => state.sparse)) {
    const common = [...(first.sparse ?? [])].filter((code) =>
      others.every((o) => o.sparse?.has(code)),
    );
    return countOf({ bits: first.bits, sparse: new Set(common), registers: undefined });
  }
  let sum = 0;
  for (let mask = 1; mask < 2 ** states.length; mask++) {
    const chosen = states.filter((_, i) => Math.floor(mask / 2 ** i) % 2 === 1);
    sum += (chosen.length % 2 === 1 ? 1 : -1) * countOf(mergeHlls(chosen));
  }
  return Math.max(0, sum);
}

/** Ertl, New cardinality estimation algorithms for HyperLogLog sketches, algorithm 6. */
function estimate(registers: Uint8Array): number {
  const m = registers.length;
  const q = 64 - Math.log2(m);
  const counts = new Array<number>(q + 2).fill(0);
  for (const rank of registers) {
    const at = Math.min(rank, q + 1);
    counts[at] = (counts[at] ?? 0) + 1;
  }
  let z = m * tau(1 - (counts[q + 1] ?? 0) / m);
  for (let k = q; k >= 1; k--) z = (z + (counts[k] ?? 0)) / 2;
  z += m * sigma((counts[0] ?? 0) / m);
  return (m * m) / (2 * Math.LN2 * z);
}

function sigma(start: number): number {
  if (start === 1) return Number.POSITIVE_INFINITY;
  let x = start;
  let y = 1;
  let z = x;
  for (;;) {
    x *= x;
    const before = z;
    z += x * y;
    y += y;
    if (z === before) return z;
  }
}

function tau(start: number): number {
  if (start === 0 || start === 1) return 0;
  let x = start;
  let y = 1;
  let z = 1 - x;
  for (;;) {
    x = Math.sqrt(x);
    const before = z;
    y /= 2;
    z -= (1 - x) ** 2 * y;
    if (z === before) return z / 3;
  }
}

export function printHll(state: Hll): Dynamic {
  const body = state.sparse
    ? [...state.sparse].sort((a, b) => a - b).map(BigInt)
    : Array.from(state.registers ?? [], (rank) => DIGITS[rank]).join('');
  return ['hll', 1n, BigInt(state.bits), body];
}

/** The state in a dynamic; undefined where it holds none. */
export function readHll(value: Dynamic | undefined): Hll | undefined {
  if (!isArray(value) || value[0] !== 'hll') return undefined;
  const bits = Number(value[2]);
  const body = value[3];
  if (!BITS_OF_LEVEL.includes(bits)) return undefined;
  if (isArray(body)) return { bits, sparse: new Set(body.map(Number)), registers: undefined };
  if (typeof body !== 'string' || body.length !== 2 ** bits) return undefined;
  return {
    bits,
    sparse: undefined,
    registers: Uint8Array.from(body, (c) => VALUE_OF.get(c) ?? 0),
  };
}
