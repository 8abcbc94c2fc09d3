import { describe, expect, it } from 'vitest';
import { AppError, spanOf } from '../../common/errors/app-error.ts';
import { moveBack, parameterNames, prepareText } from './prepared-text.ts';

describe('client parameters', () => {
  const TEXT = 'T\n| where city == "{city}" and n > {least}\n| take nope';

  it('are put in their places, in texts too; names without a value stay', () => {
    const prepared = prepareText(`${TEXT} {other}`, { city: 'Oslo', least: '3' });
    expect(prepared.text).toBe('T\n| where city == "Oslo" and n > 3\n| take nope {other}');
    expect(parameterNames(TEXT)).toEqual(['city', 'least']);
  });

  it('leave errors at their place in what the person wrote', () => {
    const prepared = prepareText(TEXT, { city: 'a much longer name', least: '3' });
    const at = prepared.text.indexOf('nope');
    const error = new AppError('semantic', 'x', 'm', { span: spanOf(prepared.text, at, 4) });
    expect(moveBack(error, prepared).span).toEqual({
      start: TEXT.indexOf('nope'),
      length: 4,
      line: 3,
      column: 8,
    });
    const inside = prepared.text.indexOf('longer');
    expect(prepared.back(spanOf(prepared.text, inside, 6))).toMatchObject({
      start: TEXT.indexOf('{city}'),
      length: 6,
    });
  });

  it('takes no inherited property for a value', () => {
    expect(prepareText('{constructor}', {}).text).toBe('{constructor}');
  });
});

describe('#connect', () => {
  it.each([
    ["#connect cluster('local').database('Samples')", 'local', 'Samples'],
    ['#connect database("My data")', '', 'My data'],
    ['  #connect "@help/Samples"', 'help', 'Samples'],
  ])('%s', (line, cluster, database) => {
    const text = `${line}\nT | count`;
    const prepared = prepareText(text, {});
    expect(prepared.connect).toEqual({ cluster, database });
    expect(prepared.text).toMatch(/^\s*\/\//);
    expect(prepared.text).toHaveLength(text.length);
  });

  it('is nothing elsewhere', () => {
    expect(prepareText('T | where x == "#connect"', {}).connect).toBeUndefined();
  });
});
