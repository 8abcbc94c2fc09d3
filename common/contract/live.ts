import { z } from 'zod';
import { bytes, column, none } from './values.ts';

/** Rows of one tail since it began, as numbers that only grow; `waiting` alone goes down again. */
export const liveTotals = z.object({
  /** Stored in the table. */
  arrived: z.number(),
  /** Of these, kept by the standing query. */
  matched: z.number(),
  /** Matched and sent. */
  shown: z.number(),
  /** Matched, but never sent: there were more than a window can show, or the person chose to skip them. */
  skipped: z.number(),
  /** Arrived so fast that the standing query was not even asked about them. */
  unread: z.number(),
  /** Matched, kept for the end of the pause. */
  waiting: z.number(),
  /** Rows of the table now: what a window that was cut off compares with. */
  stored: z.number(),
});
export type LiveTotals = z.infer<typeof liveTotals>;

/** Every frame is acknowledged by its number; the host has no more than a few of them under way. */
export const liveFrame = z.object({
  frame: z.number(),
  /** The columns of the rows from here on; absent while they are the same. */
  columns: z.array(column).optional(),
  /** Rows in the order of arrival, as one Arrow IPC stream; absent: only the totals are new. */
  batch: bytes.optional(),
  rows: z.number(),
  /** The rows were in the table before the tail began. */
  history: z.boolean(),
  totals: liveTotals,
  /** Why nothing comes at the moment; '' while all is well. */
  message: z.string(),
});
export type LiveFrame = z.infer<typeof liveFrame>;

const standing = z.object({
  database: z.string(),
  table: z.string(),
  /** A pipeline of operators that treat each row by itself; empty: every row. */
  pipe: z.string().default(''),
});

export const liveCalls = {
  /** Whether a text can be a standing query; errors point into `pipe` and name what can't. */
  'live.check': { params: standing, result: z.object({ columns: z.array(column) }) },
  /**
   * Follows a table: rows that are committed from now on, through the standing query, until the call is cancelled.
   * While it runs, streams that fill the table commit several times a second.
   */
  'live.tail': {
    params: standing.extend({
      /** Chosen by the caller, for `live.ack` and `live.pause`. */
      tailId: z.string().min(1),
      /** Newest rows of the table to begin with. */
      history: z.number().int().min(0).max(10_000).default(200),
      /** Rows that the window holds: older ones are not worth sending. */
      keep: z.number().int().min(100).max(1_000_000).default(100_000),
      /** Most rows of one frame. */
      frameRows: z.number().int().min(1).max(20_000).default(10_000),
    }),
    result: none,
    event: liveFrame,
  },
  'live.ack': { params: z.object({ tailId: z.string(), frame: z.number() }), result: none },
  /**
   * While paused rows are counted and kept, as many as the window holds. Afterwards they come from where it was,
   * or are skipped.
   */
  'live.pause': { params: z.object({ tailId: z.string() }), result: none },
  'live.resume': {
    params: z.object({ tailId: z.string(), how: z.enum(['catchUp', 'skip']) }),
    result: none,
  },
} as const;
