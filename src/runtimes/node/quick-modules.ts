/**
 * The short way to modules, a third of the processor time of a start. Drizzle's package.json is 179 KB of entry points, and Node reads the whole
 * of it again for every module that one of Drizzle's own asks for. What a relative name inside such a package means is no question of
 * package.json, nor is it in our own files, which name others with their ending; the entry points that we use are looked up once. Libraries of
 * which nothing is needed before the first plan is dated, or the first template written down, are loaded when they are called.
 */
import { type LoadFnOutput, type ResolveFnOutput, registerHooks } from "node:module";

/** Packages whose modules name each other by the file, all of them ES modules. */
const PACKAGES = ["drizzle-orm", "hono", "zod"];
const INSIDE = PACKAGES.map((name) => `/node_modules/${name}/`);

/** Packages that are loaded by their first call, and what we call of them. */
const LATER: Readonly<Record<string, string>> = {
  "date-holidays": "export default function (...args) { return new (all())(...args); }",
  yaml: "export const parse = (...args) => all().parse(...args), stringify = (...args) => all().stringify(...args);",
};
const LATER_URL = "later:";

/** Messages in fifty languages, of which we show none: what people see is said by our own pages. */
const UNSAID = "/node_modules/zod/v4/locales/index.js";

function later(name: string): string {
  return `
    import { createRequire } from "node:module";
    let loaded;
    const all = () => (loaded ??= createRequire(${JSON.stringify(import.meta.url)})(${JSON.stringify(name)}));
    ${LATER[name]}`;
}

/** To be called before anything of these packages is loaded. */
export function resolveQuickly(): void {
  const entries = new Map<string, ResolveFnOutput>();
  registerHooks({
    resolve(specifier, { parentURL, conditions }, next) {
      if (!conditions.includes("import")) return next(specifier);
      if (specifier.startsWith(".") && parentURL !== undefined) {
        const isOurs = specifier.endsWith(".ts");
        const isInside = specifier.endsWith(".js") && INSIDE.some((path) => parentURL.includes(path));
        if (!isOurs && !isInside) return next(specifier);
        const format = isOurs ? "module-typescript" : "module";
        return { url: new URL(specifier, parentURL).href, format, shortCircuit: true };
      }
      if (parentURL?.endsWith(".ts") && Object.hasOwn(LATER, specifier))
        return { url: `${LATER_URL}${specifier}`, format: "module", shortCircuit: true };
      if (!PACKAGES.some((name) => specifier === name || specifier.startsWith(`${name}/`))) return next(specifier);
      const entry = entries.get(specifier) ?? { ...next(specifier), shortCircuit: true };
      entries.set(specifier, entry);
      return entry;
    },
    load(url, context, next): LoadFnOutput {
      if (url.startsWith(LATER_URL))
        return { format: "module", source: later(url.slice(LATER_URL.length)), shortCircuit: true };
      if (url.endsWith(UNSAID)) return { format: "module", source: "", shortCircuit: true };
      return next(url, context);
    },
  });
}
