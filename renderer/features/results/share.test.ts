import { expect, it } from 'vitest';
import { sharedText } from './share.ts';

it('takes the query for text, never for markup', () => {
  const { html, markdown } = sharedText('T | where a < 3 and b == "<b>"', 'Db & co', {
    html: '<table></table>',
    markdown: '| a |',
  });
  expect(html).toContain('T | where a &lt; 3 and b == "&lt;b&gt;"</pre>\n<table></table>');
  expect(html).toContain('Db &amp; co');
  expect(markdown).toBe('*Db & co*\n\n```kusto\nT | where a < 3 and b == "<b>"\n```\n\n| a |');
});
