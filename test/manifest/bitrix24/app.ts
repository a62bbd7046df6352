/** Our own description of the Bitrix24 application, which the vendor's form is filled from. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

export const FOLDER = join(import.meta.dirname, "../../../manifest/bitrix24");

const text = z.string().trim().min(1);
const path = z.string().regex(/^\/bitrix24\/[a-z/]+(\/\{code\})?$/);
const scope = z.strictObject({ scope: z.string().regex(/^[a-z_]+$/), for: text });

const appSchema = z.strictObject({
  name: text,
  code: z.string().regex(/^[a-z0-9]+$/),
  languages: z.array(z.enum(["en", "ru", "ua", "ro"])),
  urls: z.strictObject({
    application: path,
    installer: path,
    installEvent: path,
    oauthRedirect: path,
    events: path,
    robots: path,
    bot: path,
  }),
  head: z.array(path),
  hasPageAndMenuItem: z.boolean(),
  installableByOrdinaryUsers: z.boolean(),
  scopes: z.array(scope),
  optionalScopes: z.array(scope),
  placements: z.array(z.strictObject({ code: z.string().regex(/^[A-Z_]+$/), title: text, shows: text })),
  recordEvents: z.array(z.string().regex(/^ON[A-Z]+$/)),
  otherEvents: z.array(z.string().regex(/^ON[A-Z]+$/)),
  offlineEvents: text,
  robots: z.array(
    z.strictObject({
      code: z.string().regex(/^[a-zA-Z0-9._-]+$/),
      name: text,
      takes: z.array(z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]*$/)),
      gives: z.array(z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]*$/)),
    }),
  ),
});

export function app(): z.output<typeof appSchema> {
  return appSchema.parse(JSON.parse(readFileSync(join(FOLDER, "app.json"), "utf8")));
}
