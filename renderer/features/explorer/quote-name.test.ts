import { describe, expect, it } from 'vitest';
import { quoteName } from './quote-name.ts';

describe('quoteName', () => {
  it.each([
    ['Flights', 'Flights'],
    ['_x1', '_x1'],
    ['Wildlife: Size', "['Wildlife: Size']"],
    ['Cost: Total $', "['Cost: Total $']"],
    ['1st', "['1st']"],
    ['where', "['where']"],
    ["it's", "['it\\'s']"],
    ['a\\b', "['a\\\\b']"],
    ['Größe', "['Größe']"],
  ])('%s → %s', (name, quoted) => {
    expect(quoteName(name)).toBe(quoted);
  });
});
