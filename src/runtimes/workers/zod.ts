/** Stands in the Worker's bundle for zod's own door, which brings its messages in fifty languages with it (see `[alias]` in wrangler.toml). */
export * as z from "./zod-parts.ts";
