const USUAL_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/** Whether a host is on the list: `api.example.com`, `*.example.com`, each with `:port` where it isn't the usual one. */
export function isAllowedHost(
  url: { readonly protocol: string; readonly hostname: string; readonly port: string },
  hosts: readonly string[],
): boolean {
  const port = url.port || USUAL_PORTS[url.protocol] || '';
  const usual = url.port === '';
  return hosts.some((entry) => {
    const [, name = '', wanted] = /^(.*?)(?::(\d+))?$/.exec(entry.trim().toLowerCase()) ?? [];
    const portFits = wanted === undefined ? usual : wanted === port;
    const host = url.hostname.toLowerCase();
    const fits = name.startsWith('*.') ? host.endsWith(name.slice(1)) : host === name;
    return portFits && fits && name !== '';
  });
}
