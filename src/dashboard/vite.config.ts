import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const page = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: page("."),
  base: "/",
  // Nothing here is read from the environment: the pages are the same files for every installation.
  envDir: false,
  publicDir: false,
  build: {
    outDir: page("../../dist/dashboard"),
    emptyOutDir: true,
    // The first versions with light-dark(): for older ones it would be rewritten into something that ignores GraphiQL's theme setting.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    sourcemap: false,
    // Measuring the compressed size of Monaco on every build costs a second and tells an operator nothing.
    reportCompressedSize: false,
    modulePreload: { polyfill: false },
    // Monaco in one file: it is read once, from the same machine, and only after a key was accepted.
    chunkSizeWarningLimit: 5000,
    rolldownOptions: {
      input: [page("index.html"), page("graphiql/index.html"), page("rest/index.html")],
      // "use client" marks files for server rendering, which there is none of here; a hundred warnings would hide a real one.
      onLog: (level, log, print) => {
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") print(level, log);
      },
    },
  },
  worker: { format: "es" },
});
