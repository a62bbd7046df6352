/**
 * Drizzle's package.json is 179 KB of entry points, and Node reads the whole of it again for every module that one of Drizzle's own asks for: half of
 * the processor time of a start, and a hundred megabytes of garbage. What a relative name inside the package means is no question of
 * package.json, nor is it in our own files, which name others with their ending; the entry points that we use are looked up once.
 */
import { type ResolveFnOutput, registerHooks } from "node:module";

const PACKAGE = "drizzle-orm";
const INSIDE = `/node_modules/${PACKAGE}/`;

/** To be called before anything of Drizzle is loaded. */
export function resolveQuickly(): void {
  const entries = new Map<string, ResolveFnOutput>();
  registerHooks({
    resolve(specifier, { parentURL }, next) {
      if (specifier.startsWith(".") && parentURL !== undefined) {
        const isOurs = specifier.endsWith(".ts");
        if (!isOurs && !parentURL.includes(INSIDE)) return next(specifier);
        const format = isOurs ? "module-typescript" : "module";
        return { url: new URL(specifier, parentURL).href, format, shortCircuit: true };
      }
      if (specifier !== PACKAGE && !specifier.startsWith(`${PACKAGE}/`)) return next(specifier);
      const entry = entries.get(specifier) ?? { ...next(specifier), shortCircuit: true };
      entries.set(specifier, entry);
      return entry;
    },
  });
}
