import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseArguments } from './arguments.ts';

describe('parseArguments', () => {
  it('finds files and makes them absolute', () => {
    const here = resolve('/some/folder');
    expect(parseArguments(['a.kql', resolve('/b/c.csl')], here)).toEqual({
      files: [resolve(here, 'a.kql'), resolve('/b/c.csl')],
    });
  });

  it.each([[['--data', 'd']], [['--data=d']]])('takes the data folder from %s', (args) => {
    const here = resolve('/x');
    expect(parseArguments(args, here)).toEqual({ files: [], dataFolder: resolve(here, 'd') });
  });

  it('leaves switches and the path of the application out', () => {
    const application = resolve('/app');
    const args = ['.', application, '--inspect=0', '--enable-features=X', '-psn_0_1', '', '--data'];
    expect(parseArguments(args, resolve('/'), application)).toEqual({ files: [] });
  });
});
