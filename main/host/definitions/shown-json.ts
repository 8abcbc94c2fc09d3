/** A value as JSON that people read. */
export const shownJson = (value: unknown): string => JSON.stringify(value, null, 2);
