import type { TokenCredential } from '@azure/identity';
import type { AzurePlace } from '../../../common/contract/storage-place.ts';
import type { AzureContext } from './azure.ts';

/** A person signs in once for as long as the program runs. */
const signedIn = new Map<string, TokenCredential>();

/** The library that signs in is big and seldom needed: it is loaded when it is. */
export async function entraCredential(
  { signIn, tenant }: Pick<AzurePlace, 'signIn' | 'tenant'>,
  { onPrompt }: AzureContext,
): Promise<TokenCredential> {
  const key = `${signIn} ${tenant ?? ''}`;
  const known = signedIn.get(key);
  if (known) return known;
  const identity = await import('@azure/identity');
  const options = tenant === undefined ? {} : { tenantId: tenant };
  const made =
    signIn === 'cli'
      ? new identity.AzureCliCredential(options)
      : signIn === 'device'
        ? new identity.DeviceCodeCredential({
            ...options,
            userPromptCallback: ({ message }) => onPrompt?.(message),
          })
        : new identity.InteractiveBrowserCredential(options);
  signedIn.set(key, made);
  return made;
}

/** A token that somebody got elsewhere; it can't be renewed. */
export const fixedToken = (token: string): TokenCredential => ({
  getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }),
});
