import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Who may talk to the server. */
export interface Access {
  /** The request was made to this server by name and not by a page of another site (DNS rebinding, CSRF). */
  isSameMachine(request: IncomingMessage): boolean;
  /** The request carries the token: as bearer, before its path, as `?token=` or as the cookie of an earlier one. */
  isAllowed(request: IncomingMessage): boolean;
  /** A `Set-Cookie` for a request that brought the token in its address, else undefined. */
  cookieFor(request: IncomingMessage): string | undefined;
}

/** Without a token everybody on this machine is allowed. */
export function createAccess(port: number, token: string | undefined): Access {
  // Cookies are shared by all ports of a host, so that the name has to tell servers apart.
  const cookieName = `calypso-${port}`;
  const hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]);
  const origins = new Set([...hosts].map((host) => `http://${host}`));
  const matches = (candidate: string | undefined): boolean =>
    token === undefined || (candidate !== undefined && sameText(candidate, token));
  const inQuery = (request: IncomingMessage): string | undefined =>
    new URL(request.url ?? '/', 'http://localhost').searchParams.get('token') ?? undefined;
  return {
    isSameMachine({ headers }) {
      if (!hosts.has(headers.host ?? '')) return false;
      return headers.origin === undefined || origins.has(headers.origin);
    },
    isAllowed(request) {
      return (
        matches(bearer(request)) ||
        matches(inPath(request)) ||
        matches(inQuery(request)) ||
        matches(cookie(request, cookieName))
      );
    },
    cookieFor(request) {
      const given = inQuery(request);
      if (token === undefined || given === undefined || !matches(given)) return undefined;
      return `${cookieName}=${token}; Path=/; HttpOnly; SameSite=Strict`;
    },
  };
}

/**
 * Clients that can't send a token over plain HTTP (the Java SDK) or at all (Kqlmagic) have it in the endpoint's
 * address, `http://127.0.0.1:1234/token/…`; they put `/v2/rest/query` and the like behind it.
 */
const TOKEN_PATH = /^\/token\/([^/]+)(?=\/v\d+\/rest\/)/;

function inPath(request: IncomingMessage): string | undefined {
  return TOKEN_PATH.exec(request.url ?? '/')?.[1];
}

/** A path without the token before it. */
export function withoutToken(path: string): string {
  return path.replace(TOKEN_PATH, '');
}

/** In constant time; digests make the lengths equal. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function bearer({ headers }: IncomingMessage): string | undefined {
  return /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1];
}

function cookie({ headers }: IncomingMessage, name: string): string | undefined {
  for (const part of (headers.cookie ?? '').split(';')) {
    const at = part.indexOf('=');
    if (part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}
