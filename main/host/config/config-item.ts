import type { z } from 'zod';
import type { ConfigKind } from '../../../common/contract/config.ts';
import type { HostContext } from '../context.ts';

/** Something of this host as a configuration holds it. */
export interface ConfigItem {
  /** '' for what belongs to no database. */
  readonly database: string;
  readonly name: string;
  /** Without secrets. */
  readonly definition: Readonly<Record<string, unknown>>;
  readonly paused: boolean;
  /** What of it is in the secret store: `secret`, or the path of a part of the definition. */
  readonly secrets: readonly string[];
}

export interface Application {
  readonly host: HostContext;
  /** Checked, and with the secrets that stand in it. */
  readonly definition: Readonly<Record<string, unknown>>;
  readonly before: ConfigItem | undefined;
  /** By what they are for; those that are not given stay. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Absent: as it is. */
  readonly paused: boolean | undefined;
  readonly signal: AbortSignal;
}

/** One kind of things in a configuration. */
export interface ConfigSection {
  readonly kind: ConfigKind;
  /** Its member of the file. */
  readonly section: string;
  readonly schema: z.ZodType;
  list(host: HostContext): readonly ConfigItem[];
  apply(application: Application): Promise<void>;
  /** Paths of what is left out of a comparison, where the file doesn't state it. */
  readonly filledIn?: readonly string[];
}
