import type { ResultInfo } from '../../../common/contract/query.ts';
import type { Services } from '../../client/services.ts';

/** The engine numbers results without a name, as the service does: `Table_0`. */
const NUMBERED = /^Table_(\d+)$/;

export const isNumbered = (name: string): boolean => NUMBERED.test(name);

/** What a result is called on screen, where `count` of them have no name. */
export function resultTitle(name: string, count: number): string {
  const number = NUMBERED.exec(name)?.[1];
  if (number === undefined) return name;
  return count > 1 ? `Result ${Number(number) + 1}` : 'Result';
}

/** A name for what leaves the program: the result's own, else that of the tab it was asked in. */
export function titleForFile({ session }: Services, result: ResultInfo): string {
  if (!isNumbered(result.name)) return result.name;
  const title = session.active()?.title ?? 'Result';
  const results = (session.activeRun()?.results ?? []).filter((r) => isNumbered(r.name));
  return results.length > 1 ? `${title} ${resultTitle(result.name, results.length)}` : title;
}
