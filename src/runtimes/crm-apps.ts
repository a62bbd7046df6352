/** The CRMs that a configuration names, the same on every runtime. */
import type { Config } from "../config.ts";
import type { Bitrix24App, bitrix24App } from "../crm/bitrix24/index.ts";
import type { Fetch } from "../crm/http.ts";
import type { HubSpotApp, hubspotApp } from "../crm/hubspot/index.ts";
import { hmacSha256 } from "./hmac.ts";

export interface CrmApps {
  readonly hubspot?: HubSpotApp;
  readonly bitrix24?: Bitrix24App;
}

/** What makes them; null where a CRM is not configured and nothing of it is loaded. */
export interface CrmMakers {
  readonly hubspotApp: typeof hubspotApp | null;
  readonly bitrix24App: typeof bitrix24App | null;
}

/** @param toPortals for calls to addresses that a request named, as Bitrix24's portals are; it connects to nothing inside */
export function crmApps(config: Config, makers: CrmMakers, fetch: Fetch, toPortals: Fetch = fetch): CrmApps {
  const { hubspot, bitrix24, publicUrl } = config;
  // Stand-ins live on this machine.
  const toBitrix24 = bitrix24?.oauthUrl?.startsWith("http:") ? fetch : toPortals;
  return {
    ...(hubspot && {
      hubspot: makers.hubspotApp!({ ...hubspot, appId: String(hubspot.appId), publicUrl, fetch, hmac: hmacSha256 }),
    }),
    ...(bitrix24 && { bitrix24: makers.bitrix24App!({ ...bitrix24Options(bitrix24), publicUrl, fetch: toBitrix24 }) }),
  };
}

/** A stand-in for the authorisation server is a stand-in for the portals too: those may be on plain http. */
function bitrix24Options({ oauthUrl, ...credentials }: NonNullable<Config["bitrix24"]>) {
  return oauthUrl === null ? credentials : { ...credentials, oauthUrl, allowHttp: oauthUrl.startsWith("http:") };
}
