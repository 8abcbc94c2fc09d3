import { z } from 'zod';

/** What a window may send to the shell, checked where it arrives. */
const filters = z
  .array(z.object({ name: z.string().max(200), extensions: z.array(z.string().max(50)).max(100) }))
  .max(50);

export const openFilesOptions = z.object({
  title: z.string().max(200),
  filters: filters.optional(),
  multiple: z.boolean().optional(),
  folders: z.boolean().optional(),
});

export const saveFileOptions = z.object({
  title: z.string().max(200),
  suggestedName: z.string().max(500),
  filters: filters.optional(),
});

export const title = z.string().max(1_000);
export const zoomFactor = z.number().min(0.25).max(5);
export const address = z.string().max(8_192);
export const path = z.string().min(1).max(32_767);

export const menus = z
  .array(
    z.object({
      label: z.string().max(200),
      items: z
        .array(
          z.discriminatedUnion('kind', [
            z.object({ kind: z.literal('separator') }),
            z.object({
              kind: z.literal('command'),
              id: z.string().max(200),
              label: z.string().max(200),
              keys: z.string().max(50).optional(),
              enabled: z.boolean(),
            }),
          ]),
        )
        .max(200),
    }),
  )
  .max(30);

/** What the shell tells the host's process, beside the ports that it passes on. */
export type HostMessage =
  | {
      readonly kind: 'start';
      readonly dataFolder: string;
      readonly sampleFolder: string;
      readonly version: string;
      /** In base64; absent where the system has no keychain. */
      readonly secretKey?: string;
    }
  | { readonly kind: 'connect' }
  | { readonly kind: 'openFile'; readonly path: string }
  | { readonly kind: 'stop' };
