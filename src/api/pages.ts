import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

/** The pages that Vite built. GraphiQL's editor needs inline styles; nothing else is loosened. */
export const contentSecurityPolicy = {
  "default-src": ["'self'"],
  "script-src": ["'self'"],
  "worker-src": ["'self'", "blob:"],
  "style-src": ["'self'", "'unsafe-inline'"],
  "font-src": ["'self'", "data:"],
  "img-src": ["'self'", "data:"],
  "connect-src": ["'self'"],
  "frame-ancestors": ["'none'"],
  "upgrade-insecure-requests": null,
};

/** What Vite writes; anything else is downloaded, not shown. */
const contentTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".ttf": "font/ttf",
  ".woff": "font/woff",
  ".woff2": "font/woff2",
};

/** Where each page is found. */
const pages: Readonly<Record<string, readonly string[]>> = {
  "index.html": ["/"],
  "graphiql/index.html": ["/graphiql", "/graphiql/"],
  "rest/index.html": ["/im", "/im/", "/im/docs", "/ajo/im", "/ajo/im/", "/ajo/im/docs"],
};

export type Page = { readonly type: string; readonly etag: string; readonly bytes: Buffer };

/**
 * Pages are a few megabytes, read once: an answer opens no file, all of them share the same bytes however slowly they are read,
 * and a path is a name in a table. Assets have a hash of their content in their names and are kept by browsers for good; the
 * pages that name them are asked for again each time.
 */
export async function addPages(http: FastifyInstance, folder: string): Promise<void> {
  if (!existsSync(join(folder, "index.html"))) {
    for (const path of Object.values(pages).flat()) http.get(path, notBuilt);
    return;
  }
  const assets = new Map(readdirSync(join(folder, "assets")).map((name) => [name, readPage(join(folder, "assets", name))]));
  http.get<{ Params: { "*": string } }>("/assets/*", (request, reply) => {
    const asset = assets.get(request.params["*"]);
    if (!asset) return reply.callNotFound();
    return sendPage(request, reply.header("cache-control", "public, max-age=31536000, immutable"), asset);
  });
  for (const [file, paths] of Object.entries(pages)) {
    const page = existsSync(join(folder, file)) ? readPage(join(folder, file)) : null;
    for (const path of paths) http.get(path, page ? servePage(page) : notBuilt);
  }
}

function readPage(path: string): Page {
  return toPage(readFileSync(path), contentTypes[extname(path)] ?? "application/octet-stream");
}

export function toPage(bytes: Buffer, type: string): Page {
  return { type, etag: `"${createHash("sha256").update(bytes).digest("base64url")}"`, bytes };
}

/** Asked for again each time, and sent where it changed. */
export function servePage(page: Page) {
  return (request: FastifyRequest, reply: FastifyReply) => sendPage(request, reply.header("cache-control", "no-cache"), page);
}

function sendPage({ headers }: FastifyRequest, reply: FastifyReply, { type, etag, bytes }: Page): FastifyReply {
  reply.header("etag", etag);
  return headers["if-none-match"] === etag ? reply.code(304).send() : reply.type(type).send(bytes);
}

async function notBuilt(_request: unknown, reply: FastifyReply): Promise<FastifyReply> {
  return reply.code(503).type("text/plain").send("The pages are not built yet. Run `npm run build` and start again.\n");
}
