import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** The API's docs page loads Swagger UI from this origin: no page of ours loads anything from another. */
function swaggerUi(): Plugin {
  const folder = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
  return {
    name: "swagger-ui",
    generateBundle() {
      for (const name of ["swagger-ui.css", "swagger-ui-bundle.js"]) {
        this.emitFile({ type: "asset", fileName: `swagger/${name}`, source: readFileSync(join(folder, name)) });
      }
    },
  };
}

// `npm run dev` shows the sources with a running local_runner.py behind them.
const runner = process.env.CLASSPULSE_URL ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [swaggerUi()],
  build: { target: "es2022", assetsInlineLimit: 0 },
  server: { host: "127.0.0.1", proxy: { "/api": runner, "/ws": { target: runner, ws: true } } },

  // A test that needs a document asks for one by a comment on its first line: making it takes longer than the test.
  // The timeout ends a test that hangs. The default, five seconds, would measure the machine.
  test: { environment: "node", include: ["src/**/*.test.{ts,tsx}"], testTimeout: 120_000 },
});
