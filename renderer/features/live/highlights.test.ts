import { expect, it } from 'vitest';
import { highlighterOf } from './highlights.ts';

it('marks by text without case, and by regular expression', () => {
  const { colourOf, problems } = highlighterOf([
    { text: 'timeout', colour: 'red' },
    { text: '/^5\\d\\d$/g', colour: 'yellow' },
    { text: '', colour: 'green' },
  ]);
  expect(problems).toEqual([]);
  expect(colourOf(['GET', 'a TimeOut occurred'])).toBe('red');
  expect([colourOf(['503']), colourOf(['503'])]).toEqual(['yellow', 'yellow']);
  expect(colourOf(['1503', 'ok'])).toBe(undefined);
});

it('says what is wrong with an expression, and goes on with the others', () => {
  const { colourOf, problems } = highlighterOf([
    { text: '/(/', colour: 'red' },
    { text: 'x', colour: 'blue' },
  ]);
  expect(problems).toHaveLength(1);
  expect(colourOf(['xyz'])).toBe('blue');
});
