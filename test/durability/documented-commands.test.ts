import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codeBlocks, readText, root } from "../readme/pages.ts";
import { startDatabaseProxy } from "../support/database-proxy.ts";
import { createTestDatabase } from "../support/test-database.ts";
import { until } from "../support/until.ts";

/** As a shell of the machine has it, without the Node.js that npm puts first. */
const ownPath = (process.env.PATH ?? "")
  .split(delimiter)
  .filter((folder) => !folder.includes("node_modules"))
  .join(delimiter);

type User = { readonly name: string; readonly uid?: number; readonly gid?: number };
const isRoot = process.getuid?.() === 0;
const nobody = { uid: 65_534, gid: 65_534 };
const users: readonly User[] = isRoot ? [{ name: "root" }, { name: "an ordinary user", ...nobody }] : [{ name: "this user" }];

/** Blocks of operations.md, each with a word of its own: what is run below, and what is not, with the reason. */
const run = [
  "npm start",
  "bin/envoi.cjs work",
  "create-api-key",
  "psql",
  "cp -a",
  "find-person",
  "count-dead-letters",
  "retry-messages",
];
const left: Readonly<Record<string, string>> = {
  pg_dump: "Debian's pg_dump is older than the database, and refuses it",
  "npm prune": "it would take the development packages away from under the tests; npm ci --omit=dev is run instead",
  "npm pack": "as above: installing every package once more takes minutes",
};

const folders: string[] = [];
const started: ChildProcess[] = [];
afterAll(() => {
  for (const { pid } of started) {
    try {
      if (pid) process.kill(-pid, "SIGKILL");
    } catch {
      // Ended by its test, as it should.
    }
  }
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const blocks = codeBlocks(readText("docs/operations.md"), "sh");
const blockWith = (word: string): string => blocks.find((block) => block.includes(word)) ?? "";

test("every command of operations.md is run here, or left out with a reason", () => {
  const words = [...run, ...Object.keys(left)];
  expect(blocks.filter((block) => !words.some((word) => block.includes(word)))).toEqual([]);
  expect(words.filter((word) => blockWith(word) === "")).toEqual([]);
});

/** What `git clone` and `npm ci` leave behind, in a folder of this user. The packages are linked, file by file. */
function aCheckoutFor({ uid, gid }: User): string {
  const folder = mkdtempSync(join(tmpdir(), "envoi-commands-"));
  folders.push(folder);
  chmodSync(folder, 0o755);
  const names = readdirSync(root).filter((name) => ![".git", "node_modules", ".envoi", "coverage"].includes(name));
  execFileSync("cp", ["-r", ...names, folder], { cwd: root });
  execFileSync("cp", ["-al", "node_modules", folder], { cwd: root, stdio: "ignore" });
  // The linked packages stay as they are: their owner is that of the originals.
  if (uid !== undefined) {
    const own = names.map((name) => join(folder, name));
    execFileSync("chown", [`${uid}:${gid}`, folder]);
    execFileSync("chown", ["-R", `${uid}:${gid}`, ...own]);
  }
  return folder;
}

/** Another user may use the socket. */
function openToEverybody(databaseUrl: string): void {
  const folder = decodeURIComponent(/[?&]host=([^&]*)/.exec(databaseUrl)?.[1] ?? "");
  chmodSync(folder, 0o755);
  for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o777);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

describe.each(users)("as $name, on the machine's own Node.js", ({ uid, gid }) => {
  const user = uid === undefined || gid === undefined ? {} : { uid, gid };
  let checkout: string;
  let port: number;
  let said = "";
  let server: ChildProcess;

  const environment = () => ({ PATH: ownPath, HOME: checkout, LANG: "C.UTF-8", LOG_LEVEL: "warn" });
  const shell = (script: string) =>
    spawnSync("bash", ["-c", script], { cwd: checkout, env: environment(), encoding: "utf8", timeout: 60_000, ...user });
  /** `call` and `id_of` of the README, for this server. */
  const helpers = () =>
    (codeBlocks(readText("README.md"), "sh").find((block) => block.includes("call()")) ?? "")
      .split("\nsandbox=")[0]
      ?.replaceAll("localhost:4000", `127.0.0.1:${port}`);

  function start(script: string, extra: Readonly<Record<string, string>> = {}): ChildProcess {
    const child = spawn("bash", ["-c", script], { cwd: checkout, env: { ...environment(), ...extra }, detached: true, ...user });
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => (said += chunk.toString()));
    started.push(child);
    return child;
  }

  /** Every process of its group is gone. */
  const ended = (child: ChildProcess) =>
    until(
      "the processes ended",
      () => {
        try {
          return child.pid === undefined || !process.kill(-child.pid, 0);
        } catch {
          return true;
        }
      },
      60,
    );

  beforeAll(async () => {
    checkout = aCheckoutFor({ name: "", ...user });
    port = await freePort();
  }, 120_000);

  test("npm start answers, and the README's first campaign reaches 1,000 people", async () => {
    server = start(blockWith("npm start").replace("0.0.0.0", "127.0.0.1").replace("8080", String(port)));
    await until("the server runs", () => said.includes("Envoi is running"), 120);
    const readme = codeBlocks(readText("README.md"), "sh").find((block) => block.includes("call()")) ?? "";
    const first = shell(`set -e\n${readme.replaceAll("localhost:4000", `127.0.0.1:${port}`)}\necho "campaign=$campaign"`);
    expect(first.stderr).toBe("");
    expect(first.stdout).toContain('"acceptedCount":1000');
    const campaign = /campaign=(\S+)/.exec(first.stdout)?.[1] ?? "";
    await until("all is sent", () => sentCount(campaign) === 1000, 60);
  }, 240_000);

  function sentCount(campaign: string): number {
    const query = JSON.stringify({ query: `{ campaign(id: "${campaign}") { stats { sent } } }` });
    const answer = shell(
      `curl -s 127.0.0.1:${port}/graphql -H "authorization: Bearer $(cat .envoi/admin.key)" -H "content-type: application/json" -d '${query}'`,
    ).stdout;
    return JSON.parse(answer).data.campaign.stats.sent;
  }

  test.each(["create-api-key", "find-person", "count-dead-letters", "retry-messages"])(
    "%s answers without a fault of the command",
    (word) => {
      const block = blockWith(word).replaceAll(/<id[^>]*>/g, "01900000-0000-7000-8000-000000000000");
      const { stdout, stderr } = shell(`${helpers()}\n${block}`);
      expect(stderr).toBe("");
      const codes = [...stdout.matchAll(/"code":"(\w+)"/g)].map(([, code]) => code);
      // The ids are of nothing; everything else is right.
      expect(codes.filter((code) => !code?.endsWith("_NOT_FOUND"))).toEqual([]);
    },
  );

  test("the size of each table is read through the socket", () => {
    const folder = /Database\s+(\S+)/.exec(said)?.[1] ?? "";
    const { stdout, stderr } = shell(blockWith("psql").replaceAll("$PWD/.envoi/postgres", folder));
    expect(stderr).toBe("");
    expect(stdout).toContain("message");
  });

  test("a worker starts on a database of one's own, and Ctrl-C ends it in order", async () => {
    const database = await createTestDatabase();
    const proxy = await startDatabaseProxy(database.url);
    openToEverybody(proxy.url);
    const block = blockWith("bin/envoi.cjs work")
      .replace(/postgresql:\S+/, proxy.url)
      .replace(/redis:\S+/, "");
    const migrated = start(`DATABASE_URL='${proxy.url}' PORT=0 ./bin/envoi.cjs serve`);
    await until("the server runs on it", () => said.split("Envoi is running").length > 2, 60);
    const worker = start(
      block.replaceAll(/^export (.*)$/gm, (_line, given: string) => `export ${given.replace(/=(postgresql\S+)/, "='$1'")}`),
    );
    await until("the worker runs", () => said.includes("A worker is running"), 60);
    for (const child of [worker, migrated]) {
      process.kill(-(child.pid ?? 0), "SIGINT");
      await ended(child);
    }
    await proxy.close();
    await database.drop();
  }, 180_000);

  test("stopped, the folder is copied as it is", async () => {
    process.kill(-(server.pid ?? 0), "SIGINT");
    await ended(server);
    expect(said).toContain("Stopping: what is being sent is finished first.");
    const { status, stderr } = shell(blockWith("cp -a").replace("/backup", checkout));
    expect([status, stderr]).toEqual([0, ""]);
    const copy = readdirSync(checkout).find((name) => /^envoi-\d{4}-/.test(name)) ?? "";
    expect(existsSync(join(checkout, copy, "admin.key"))).toBe(true);
  }, 120_000);

  test.each([
    ["--version", 0, "stdout", JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version],
    ["--help", 0, "stdout", "Usage: envoi"],
    ["frob", 2, "stderr", "unknown command 'frob'"],
    ["up extra", 2, "stderr", "too many arguments"],
  ] as const)("envoi %s", (given, status, stream, text) => {
    const answer = shell(`./bin/envoi.cjs ${given}`);
    expect(answer[stream]).toContain(text);
    expect(answer.status).toBe(status);
  });

  test("without a Node.js that fits it says which is needed, and ends", () => {
    const { engines } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8"));
    const manifest = readFileSync(join(checkout, "package.json"), "utf8");
    const elsewhere = mkdtempSync(join(tmpdir(), "envoi-commands-"));
    folders.push(elsewhere);
    chmodSync(elsewhere, 0o755);
    execFileSync("cp", ["-r", "bin", "dist", elsewhere], { cwd: checkout });
    writeFileSync(join(elsewhere, "package.json"), manifest.replace(engines.node, ">=99.1.0"));
    const { status, stderr } = shell(`${elsewhere}/bin/envoi.cjs up`);
    expect(stderr).toContain("Envoi needs Node.js 99.1.0 or newer");
    expect(status).toBe(1);
  });
});

describe("samples of a deployment pass the linters of their programs", () => {
  const sample = (name: string): string => readFileSync(join(root, "deploy", name), "utf8");
  const has = (program: string): boolean => spawnSync("which", [program]).status === 0;
  const isNeeded = Boolean(process.env.CI);

  function folder(): string {
    const made = mkdtempSync(join(tmpdir(), "envoi-deploy-"));
    folders.push(made);
    return made;
  }

  test.skipIf(!isNeeded && !has("systemd-analyze"))("the systemd unit", () => {
    const file = join(folder(), "envoi.service");
    writeFileSync(file, sample("envoi.service").replaceAll("/opt/envoi", root));
    const { status, stderr } = spawnSync("systemd-analyze", ["verify", file], { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });

  test.skipIf(!isNeeded && !has("nginx"))("the proxy for nginx", () => {
    const here = folder();
    const [key, certificate] = [join(here, "key.pem"), join(here, "certificate.pem")];
    execFileSync(
      "openssl",
      ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=envoi.example.com", "-keyout", key, "-out", certificate],
      { stdio: "ignore" },
    );
    const inside = sample("nginx.conf")
      .replace("/etc/ssl/envoi/fullchain.pem", certificate)
      .replace("/etc/ssl/envoi/privkey.pem", key);
    writeFileSync(
      join(here, "nginx.conf"),
      `pid ${here}/nginx.pid; error_log ${here}/error.log; events {} http { access_log off; ${inside} }`,
    );
    const { status, stderr } = spawnSync("nginx", ["-t", "-p", here, "-c", join(here, "nginx.conf")], { encoding: "utf8" });
    expect(stderr).toContain("test is successful");
    expect(status).toBe(0);
  });

  test.skipIf(!isNeeded && !has("caddy"))("the proxy for Caddy", () => {
    const file = join(folder(), "Caddyfile");
    writeFileSync(file, sample("Caddyfile"));
    expect(spawnSync("caddy", ["validate", "--adapter", "caddyfile", "--config", file], { encoding: "utf8" }).status).toBe(0);
    expect(spawnSync("caddy", ["fmt", "--diff", file], { encoding: "utf8" }).status).toBe(0);
  });
});
