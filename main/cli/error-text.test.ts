import { expect, it } from 'vitest';
import { AppError, spanOf } from '../../common/errors/app-error.ts';
import { errorText } from './error-text.ts';

it('underlines the place in its line, tabs kept', () => {
  const text = 'T\n|\twhere nope > 1';
  const span = spanOf(text, text.indexOf('nope'), 4);
  expect(
    errorText(new AppError('semantic', 'x', 'No nope.', { span, hints: ['A hint.'] }), text),
  ).toBe('error 2:9: No nope.\n  |\twhere nope > 1\n   \t      ^^^^\n  A hint.\n');
});

it('marks the end of a text that is too short', () => {
  const text = 'T |';
  expect(errorText(new AppError('syntax', 'x', 'More.', { span: spanOf(text, 3, 0) }), text)).toBe(
    'error 1:4: More.\n  T |\n     ^\n',
  );
});

it('says the message alone when there is no place', () => {
  expect(errorText(new AppError('input', 'x', 'Bad.'), 'T')).toBe('error: Bad.\n');
});
