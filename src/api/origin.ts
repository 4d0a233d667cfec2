import { type AppError, forbidden } from "../base/index.ts";

type Asked = { readonly origin?: string | undefined; readonly host?: string | undefined };

/**
 * Browsers say where a page came from: only our own pages and those of `allowed` may call. Other programs send no Origin.
 * Keys come in a header, never in a cookie; this is what remains for a page that got hold of one.
 */
export function originRefusal(headers: Asked, allowed: readonly string[]): AppError | null {
  const { origin, host } = headers;
  if (origin === undefined || allowed.includes(origin) || isSameHost(origin, host)) return null;
  return forbidden(
    "ORIGIN_NOT_ALLOWED",
    "Pages of this origin may not call this server. Its operator can name the origin in ALLOWED_ORIGINS.",
    { origin },
  );
}

function isSameHost(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}
