import {
  type StreamDefinition,
  type StreamStart,
  streamDefinition,
  streamStart,
} from '../../../common/contract/stream.ts';
import type { JsonPath, JsonText } from '../../../common/text/json-places.ts';
import { checkedDefinition, type DefinitionText } from './read-definition.ts';

const MEMBERS = new Set(Object.keys(streamDefinition.shape));

/**
 * A stream's definition from what a command says: the members of the source stand in `source`, or beside those of
 * the stream itself.
 */
export function streamOf(
  text: DefinitionText,
  json: JsonText,
  members: Readonly<Record<string, unknown>>,
  named: {
    readonly name: string;
    readonly database: string;
    readonly table: string;
    readonly kind: string;
  },
): StreamDefinition {
  const { kind, ...rest } = named;
  const nested = typeof members.source === 'object' && members.source !== null;
  const own = Object.entries(members).filter(([name]) => MEMBERS.has(name) && name !== 'source');
  const flat = Object.entries(members).filter(([name]) => !MEMBERS.has(name));
  const value = {
    ...Object.fromEntries(own),
    ...rest,
    source: nested
      ? { ...(members.source as object), kind }
      : { ...Object.fromEntries(flat), kind },
    ...(nested ? Object.fromEntries(flat) : {}),
  };
  const origin = (path: JsonPath): JsonPath =>
    path[0] === 'source' && !nested ? path.slice(1) : path;
  return checkedDefinition(text, json, value, streamDefinition, origin);
}

/** `earliest`, `latest`, a moment, or the positions of parts as JSON. */
export function startOf(text: string): StreamStart | undefined {
  const word = text.trim().toLowerCase();
  if (word === 'earliest' || word === 'latest') return { from: word };
  const moment = /^datetime\(\s*(["']?)(.*?)\1\s*\)$/is.exec(text.trim())?.[2] ?? text.trim();
  if (/^\d{4}-\d\d/.test(moment) && !Number.isNaN(Date.parse(moment)))
    return { from: 'time', time: new Date(zoned(moment)).toISOString() };
  try {
    const positions: unknown = JSON.parse(text);
    const checked = streamStart.safeParse({ from: 'positions', positions });
    return checked.success ? checked.data : undefined;
  } catch {
    return undefined;
  }
}

/** A moment without a zone is UTC in KQL (page "The datetime data type"). */
const zoned = (moment: string): string =>
  /[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/.test(moment) ? `${moment.replace(' ', 'T')}Z` : moment;
