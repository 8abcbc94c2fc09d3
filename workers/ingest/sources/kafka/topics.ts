import type { KafkaSource } from '../../../../common/contract/stream.ts';
import { AppError } from '../../../../common/errors/app-error.ts';

/** The names, or the pattern between slashes. */
export function topicsOf(source: KafkaSource): (string | RegExp)[] {
  return source.topics.map((topic) => {
    const pattern = /^\/(.+)\/$/.exec(topic)?.[1];
    if (pattern === undefined) return topic;
    try {
      return new RegExp(pattern);
    } catch (error) {
      throw new AppError('input', 'bad_pattern', `${topic}: ${(error as Error).message}`);
    }
  });
}

/** Whether a topic of the cluster is one of those that are meant. */
export function wants(topics: readonly (string | RegExp)[], name: string): boolean {
  return topics.some((t) => (typeof t === 'string' ? t === name : t.test(name)));
}
