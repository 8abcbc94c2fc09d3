export interface Bounds {
  /** First offset that can still be read. */
  readonly low: bigint;
  /** One after the last. */
  readonly high: bigint;
}

export interface Beginning {
  readonly offset: string;
  /** What a person should know about it; '' if nothing. */
  readonly message: string;
  /** Records that were deleted before they were read. */
  readonly lost: bigint;
}

/** Where a partition that was read before goes on. */
export function goOn(part: string, position: string, { low, high }: Bounds): Beginning {
  const next = BigInt(position);
  if (next > high)
    return {
      offset: String(low),
      message: `${part} was made anew: it ends at ${high}, before the last position ${next}. It is read from its start.`,
      lost: 0n,
    };
  if (next < low)
    return {
      offset: String(low),
      message: `${part}: the source deleted ${low - next} records before they were read.`,
      lost: low - next,
    };
  return { offset: position, message: '', lost: 0n };
}
