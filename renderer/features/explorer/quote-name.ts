import { nameReference } from '../../../common/text/kql-literal.ts';

/** An entity's name as it is written in a query: bare where it may be, else `['…']` (page "Entity names"). */
export function quoteName(name: string): string {
  if (nameReference(name) === name) return name;
  return `['${name.replace(/[\\']/g, '\\$&')}']`;
}
