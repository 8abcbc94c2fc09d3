import { type Dynamic, type Example, type FunctionEntry, scalar } from '../define.ts';
import { setKey } from '../value/dynamic.ts';

const URL_FORM =
  /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(?:([^:@/?#]*)(?::([^@/?#]*))?@)?(\[[^\]]*\]|[^:/?#]*)(?::(\d*))?(?:\/([^?#]*))?(?:\?([^#]*))?(?:#(.*))?$/s;

function queryParameters(query: string): { [key: string]: Dynamic } {
  const bag: { [key: string]: Dynamic } = {};
  for (const pair of query.replace(/^\?/, '').split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    setKey(bag, at < 0 ? pair : pair.slice(0, at), at < 0 ? '' : pair.slice(at + 1));
  }
  return bag;
}

/** Parts of an absolute URL, not decoded; of anything else at most its query. */
export function parseUrl(url: string): Dynamic {
  const parts = URL_FORM.exec(url);
  const query = parts ? (parts[7] ?? '') : url.startsWith('?') ? url : '';
  return {
    Scheme: parts?.[1] ?? '',
    Host: parts?.[4] ?? '',
    Port: parts?.[5] ?? '',
    Path: parts?.[6] ?? '',
    Username: parts?.[2] ?? '',
    Password: parts?.[3] ?? '',
    'Query Parameters': queryParameters(query),
    Fragment: parts?.[8] ?? '',
  };
}

function ofText(
  name: string,
  use: (text: string) => Dynamic,
  examples: readonly Example[],
): FunctionEntry {
  return scalar(name, { js: { call: ([text]) => use(String(text)) } }, examples);
}

const parseQuery = (query: string): Dynamic => ({ 'Query Parameters': queryParameters(query) });

export const url: readonly FunctionEntry[] = [
  ofText('parse_url', parseUrl, [
    {
      kql: 'parse_url("scheme://username:password@host:1234/this/is/a/path?k1=v1&k2=v2#fragment")',
      result:
        '{"Scheme":"scheme","Host":"host","Port":"1234","Path":"this/is/a/path","Username":"username","Password":"password","Query Parameters":{"k1":"v1","k2":"v2"},"Fragment":"fragment"}',
    },
    { kql: 'parse_url("https://bing.com").Host', result: 'bing.com' },
  ]),
  ofText('parseurl', parseUrl, [{ kql: 'parseurl("http://a:80/").Port', result: '80' }]),
  ofText('parse_urlquery', parseQuery, [
    { kql: 'parse_urlquery("k1=v1&k2=v2")', result: '{"Query Parameters":{"k1":"v1","k2":"v2"}}' },
  ]),
  ofText('parseurlquery', parseQuery, [
    { kql: 'parseurlquery("a")', result: '{"Query Parameters":{"a":""}}' },
  ]),
];
