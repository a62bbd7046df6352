import type { Hono } from "hono";
import type { Bitrix24App } from "../crm/bitrix24/index.ts";
import type { HubSpotApp } from "../crm/hubspot/index.ts";
import type { PortalHost, Surroundings } from "../ports.ts";
import type { Health } from "./routes/health.ts";

/** What the app is built from; the runtime hands it in. */
export interface AppDeps {
  publicUrl: string;
  apps: { readonly hubspot?: HubSpotApp; readonly bitrix24?: Bitrix24App };
  host: PortalHost;
  around: Surroundings;
  health: Health;
  /** what answers below `/screens`: `screenRoutes`, or what loads it later */
  screens: (deps: AppDeps) => Hono;
  /** Bitrix24's doors; null where it is not configured and nothing of it is loaded */
  bitrix24Routes: ((deps: AppDeps, crm: Bitrix24App) => Hono) | null;
  /** the source of `@bitrix24/b24jssdk` for browsers (`dist/umd/index.min.js`), as the runtime holds it; ends installations inside Bitrix24 */
  b24jssdk?: () => Promise<string>;
}
