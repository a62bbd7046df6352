/** The CRMs that a configuration names, the same on every runtime. */
import type { Config } from "../config.ts";
import { type Bitrix24App, bitrix24App } from "../crm/bitrix24/index.ts";
import type { Fetch } from "../crm/http.ts";
import { type HubSpotApp, hubspotApp } from "../crm/hubspot/index.ts";

export interface CrmApps {
  readonly hubspot?: HubSpotApp;
  readonly bitrix24?: Bitrix24App;
}

export function crmApps(config: Config, fetch: Fetch): CrmApps {
  const { hubspot, bitrix24, publicUrl } = config;
  return {
    ...(hubspot && { hubspot: hubspotApp({ ...hubspot, appId: String(hubspot.appId), publicUrl, fetch }) }),
    ...(bitrix24 && {
      bitrix24: bitrix24App({
        ...standIn(bitrix24.oauthUrl),
        ...bitrix24,
        oauthUrl: bitrix24.oauthUrl ?? "",
        publicUrl,
        fetch,
      }),
    }),
  };
}

/** Portals on plain http exist only beside an authorisation server on plain http: a stand-in on this machine. */
function standIn(oauthUrl: string | null): { allowHttp: boolean } {
  return { allowHttp: oauthUrl?.startsWith("http:") ?? false };
}
