import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { provideUserAgentRules } from '../kql/functions/parse/user-agent.ts';

/** The rules of `parse_user_agent` are a data file of the package uap-core. */
export function shipUserAgentRules(): void {
  const { resolve } = createRequire(import.meta.url);
  provideUserAgentRules(() => readFileSync(resolve('uap-core/regexes.yaml'), 'utf8'));
}
