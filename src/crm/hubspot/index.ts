/** HubSpot behind the CRM port. */
import { isFailure } from "../failure.ts";
import type { Fetch } from "../http.ts";
import type { CrmApp, Grant, Incoming } from "../port.ts";
import { marketplaceReturn, type VerifiedAction, type VerifiedFrame, verifyAction, verifyFrame } from "./doors.ts";
import {
  authoriseUrl,
  exchangeCode,
  type OAuthSettings,
  OPTIONAL_SCOPES,
  REQUIRED_SCOPES,
  refreshGrant,
  type Scopes,
} from "./oauth.ts";
import { HubSpotPortal } from "./portal.ts";
import type { Hmac } from "./signature.ts";
import { verifyWebhook } from "./webhook.ts";

export type { ActionCall, VerifiedAction, VerifiedFrame, Viewer } from "./doors.ts";
export { API_VERSION } from "./limits.ts";
export { OPTIONAL_SCOPES, REQUIRED_SCOPES, type Scopes } from "./oauth.ts";
export { type Hmac, signHubSpot, signV1, signV2 } from "./signature.ts";

export interface HubSpotConfig {
  clientId: string;
  clientSecret: string;
  appId: string;
  /** where the connector is reached, without a slash at the end */
  publicUrl: string;
  fetch: Fetch;
  /** default https://api.hubapi.com */
  apiUrl?: string;
  /** default https://app.hubspot.com */
  authUrl?: string;
  /** default `REQUIRED_SCOPES` and `OPTIONAL_SCOPES` */
  scopes?: Scopes;
  /** for the signatures of webhooks; default WebCrypto's */
  hmac?: Hmac;
}

/** The port's app, and the doors that only HubSpot has. */
export interface HubSpotApp extends CrmApp {
  /**
   * The code of an install that started on the Marketplace. Which redirect URL HubSpot expects there is undocumented (2.1): the
   * install URL is tried first, then the callback.
   */
  exchangeFromMarketplace(code: string, now: number): Promise<Grant>;
  /** the address to go back to, when it is HubSpot's; else null */
  marketplaceReturn(returnUrl: string): string | null;
  verifyAction(incoming: Incoming, now: number): Promise<VerifiedAction>;
  verifyFrame(incoming: Incoming, now: number): Promise<VerifiedFrame>;
}

const API_URL = "https://api.hubapi.com";
const AUTH_URL = "https://app.hubspot.com";
/** Doors under the public URL; they stand in the app's manifest too. */
export const CALLBACK_PATH = "/hubspot/oauth/callback";
export const INSTALL_PATH = "/hubspot/install";

export function hubspotApp(config: HubSpotConfig): HubSpotApp {
  const { clientSecret, appId, publicUrl } = config;
  const settings: OAuthSettings = {
    clientId: config.clientId,
    clientSecret,
    apiUrl: config.apiUrl ?? API_URL,
    authUrl: config.authUrl ?? AUTH_URL,
    scopes: config.scopes ?? { required: REQUIRED_SCOPES, optional: OPTIONAL_SCOPES },
    fetch: config.fetch,
  };
  const callback = publicUrl + CALLBACK_PATH;
  return {
    vendor: "hubspot",
    authoriseUrl: (state) => authoriseUrl(settings, callback, state),
    exchange: (code, now) => exchangeCode(settings, code, callback, now),
    async exchangeFromMarketplace(code, now) {
      try {
        return await exchangeCode(settings, code, publicUrl + INSTALL_PATH, now);
      } catch (error) {
        if (!isFailure(error) || error.code !== "BAD_REDIRECT_URI") throw error;
        return exchangeCode(settings, code, callback, now);
      }
    },
    refresh: (grant, now) => refreshGrant(settings, grant, now),
    verify: (incoming, now) => verifyWebhook(clientSecret, appId, incoming, now, config.hmac),
    connect: (wiring) => new HubSpotPortal(settings, wiring),
    marketplaceReturn: (returnUrl) => marketplaceReturn(returnUrl, settings.authUrl),
    verifyAction: (incoming, now) => verifyAction(clientSecret, incoming, now),
    verifyFrame: (incoming, now) => verifyFrame(clientSecret, appId, incoming, now),
  };
}
