import { AppError } from '../../../common/errors/app-error.ts';
import type { Protocol } from './actions.ts';

/** The reader version that lists what a reader has to know. */
const FEATURES_VERSION = 3;

/** Reader features that are understood (protocol, "Valid Feature Names in Table Features"). */
const KNOWN: ReadonlySet<string> = new Set([
  'columnMapping',
  'deletionVectors',
  'timestampNtz',
  'typeWidening',
  'typeWidening-preview',
  'v2Checkpoint',
  'vacuumProtocolCheck',
]);

/** Refuses tables that need more than this reader knows: their rows might be read wrong. */
export function checkProtocol(protocol: Protocol, name: string): void {
  if (protocol.minReaderVersion > FEATURES_VERSION)
    throw new AppError(
      'unsupported',
      'delta_feature',
      `not implemented in Calypso: Delta tables of reader version ${protocol.minReaderVersion} (${name})`,
    );
  const unknown = (protocol.readerFeatures ?? []).filter((feature) => !KNOWN.has(feature));
  if (unknown.length > 0)
    throw new AppError(
      'unsupported',
      'delta_feature',
      `not implemented in Calypso: Delta tables with ${unknown.join(', ')} (${name})`,
      { hints: [`Reader features that are: ${[...KNOWN].join(', ')}.`] },
    );
}
