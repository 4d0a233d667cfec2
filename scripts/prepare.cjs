"use strict";
// Compiles after `npm ci`. Without the development packages there is no compiler: then what was compiled before is used.
const { execFileSync } = require("node:child_process");
const { existsSync } = require("node:fs");
const path = require("node:path");

const root = path.join(__dirname, "..");
const hasTools = ["typescript", "vite"].every((name) => existsSync(path.join(root, "node_modules", name, "package.json")));
if (hasTools) execFileSync("npm", ["run", "--silent", "build"], { cwd: root, stdio: "inherit" });
else if (!existsSync(path.join(root, "dist/src/main.js")))
  console.log("Nothing is compiled: the development packages are missing. Put a compiled `dist` here, see docs/operations.md.");
