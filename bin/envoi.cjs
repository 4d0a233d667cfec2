#!/usr/bin/env node
"use strict";
// The command `envoi`. Written for any Node.js, also one that is too old for the server: it looks for one that fits.
const { spawn } = require("node:child_process");
const { existsSync } = require("node:fs");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { engines } = require("../package.json");

const main = path.join(__dirname, "../dist/src/main.js");
const needed = engines.node.replace(/^>=/, "");

function fits(version) {
  const [have, want] = [version, needed].map((text) => text.split(".").map(Number));
  for (let part = 0; part < 3; part += 1) if (have[part] !== want[part]) return have[part] > want[part];
  return true;
}

/** The one that comes with the packages, if it does and fits. */
function packagedNode() {
  try {
    const file = require.resolve("node/package.json");
    const node = path.join(path.dirname(file), "bin/node");
    return existsSync(node) && fits(require(file).version) ? node : null;
  } catch {
    return null;
  }
}

function fail(message) {
  process.stderr.write(`\n${message}\n\n`);
  process.exit(1);
}

/** What is told to this process is for the server; how the server ends is how this process ends. */
function runWith(node) {
  const server = spawn(node, ["--enable-source-maps", main, ...process.argv.slice(2)], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => server.kill(signal));
  server.on("error", (error) => fail(`${node} could not be started: ${error.message}`));
  server.on("exit", (code, signal) => {
    if (!signal) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

if (!existsSync(main)) fail(`Envoi is not compiled: ${main} is missing. Run \`npm run build\` with the development packages.`);
const packaged = packagedNode();
if (fits(process.versions.node)) {
  process.setSourceMapsEnabled(true);
  import(pathToFileURL(main).href).catch((error) => fail(error.stack));
} else if (packaged) runWith(packaged);
else
  fail(
    `Envoi needs Node.js ${needed} or newer. This is ${process.versions.node} (${process.execPath}), and the packages bring no other: install a newer Node.js, or run \`npm ci\` with optional packages.`,
  );
