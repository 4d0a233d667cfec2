import { mkdtempSync, rmSync } from "node:fs";
import { connect as connectTo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Stands between a database and its clients, and can end what connects them, or make them deaf to each other without a word. */
export type DatabaseProxy = {
  readonly url: string;
  /** What is connected, and what connects from now on, hears nothing any more, and nobody is told. */
  goDark(): void;
  /** What is connected, and what connects from now on, is ended, as by a server that stops. */
  cut(): void;
  /** New connections get through. Those that went dark stay so, as after a fail-over to another machine. */
  comeBack(): void;
  close(): Promise<void>;
};

type Pair = readonly [client: Socket, upstream: Socket];

/** After this PostgreSQL's own keepalive finds that nobody is there: a socket of Unix has none. */
const keepaliveMilliseconds = 25_000;
const socketName = ".s.PGSQL.5432";

/** `databaseUrl` names a socket folder. */
export async function startDatabaseProxy(databaseUrl: string): Promise<DatabaseProxy> {
  const host = /(?<=[?&]host=)[^&]*/;
  const target = join(decodeURIComponent(host.exec(databaseUrl)?.[0] ?? ""), socketName);
  const folder = mkdtempSync(join(tmpdir(), "envoi-proxy-"));
  const pairs = new Set<Pair>();
  const darkened = new WeakSet<Pair>();
  let isDark = false;
  let isCut = false;
  const darken = (pair: Pair): void => {
    darkened.add(pair);
    // What comes is swallowed.
    for (const socket of pair) socket.unpipe().resume();
  };

  const server = createServer((client) => {
    if (isCut) {
      client.destroy();
      return;
    }
    const upstream = connectTo(target);
    const pair: Pair = [client, upstream];
    pairs.add(pair);
    const end = (): void => {
      for (const socket of pair) socket.destroy();
      pairs.delete(pair);
    };
    for (const socket of pair) {
      socket.on("error", () => undefined);
      socket.on("close", () => {
        if (darkened.has(pair)) setTimeout(end, keepaliveMilliseconds).unref();
        else end();
      });
    }
    if (isDark) darken(pair);
    else client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(join(folder, socketName), resolve));
  return {
    url: databaseUrl.replace(host, encodeURIComponent(folder)),
    goDark() {
      isDark = true;
      for (const pair of pairs) darken(pair);
    },
    cut() {
      isCut = true;
      for (const pair of pairs) for (const socket of pair) socket.destroy();
    },
    comeBack() {
      isDark = false;
      isCut = false;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const pair of pairs) for (const socket of pair) socket.destroy();
      await closed;
      rmSync(folder, { recursive: true });
    },
  };
}
