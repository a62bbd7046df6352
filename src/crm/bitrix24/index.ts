/** Bitrix24 as a CRM of the house: what the portal needs (`CrmApp`) and what its doors in `web/` need. */

import type { RecordRef } from "../../core/model.ts";
import { CrmFailure } from "../failure.ts";
import type { Fetch } from "../http.ts";
import type { CrmApp, Grant, Incoming, Wiring } from "../port.ts";
import { type VerifiedBotMessage, verifyBotMessage } from "./bot.ts";
import { Bitrix24Crm } from "./connection.ts";
import { type Frame, type FrameVerdict, type KnownPortal, verifyFrame } from "./frame.ts";
import { endpointOfDomain, hostRules, isCloudPortal, portalPages } from "./hosts.ts";
import { ENTITY_TYPE, isItemKind } from "./kinds.ts";
import { exchangeCode, maySee, type OauthConfig, refreshGrant, type Who, whoIs } from "./oauth.ts";
import {
  type InstallEvent,
  lentGrant,
  type VerifiedRobot,
  verifyEvent,
  verifyInstall,
  verifyRobot,
} from "./webhook.ts";

export { APP_PATH, EVENTS_PATH } from "./bind.ts";
export { BOT_PATH, type BotMessage, type VerifiedBotMessage } from "./bot.ts";
export { Bitrix24Crm, type RobotAnswer } from "./connection.ts";
export { type FormMap, parseBracketForm } from "./form.ts";
export { type Frame, type FrameVerdict, frameAncestor, type KnownPortal, parseFrame, sameText } from "./frame.ts";
export type { Who } from "./oauth.ts";
export { ROBOTS, ROBOTS_PATH } from "./robots.ts";
export { type InstallEvent, parseInstallEvent, parsePayment, type RobotCall, type VerifiedRobot } from "./webhook.ts";

export interface Bitrix24Config {
  clientId: string;
  clientSecret: string;
  /** the application's code in the Market, such as `partner.tenure` */
  appCode?: string;
  publicUrl: string;
  /** further authorisation servers, separated by commas: for stand-ins */
  oauthUrl?: string;
  /** portals on plain http, on ports and under local names: for stand-ins */
  allowHttp?: boolean;
  fetch: Fetch;
}

export interface Bitrix24App extends CrmApp {
  readonly vendor: "bitrix24";
  /**
   * Where an administrator's browser goes to install. With a portal's domain: its consent page (the application has to be installed
   * there); without one: the Market's page of the application.
   */
  authoriseUrl(state: string, portalDomain?: string): string;
  /** Is the portal one of the vendor's cloud, where a browser may be sent unasked? */
  isCloud(portalDomain: string): boolean;
  /** @param server `server_domain` of the return */
  exchange(code: string, now: number, server?: string): Promise<Grant>;
  connect(wiring: Wiring): Bitrix24Crm;
  /** see frame.ts */
  verifyFrame(frame: Frame, known: KnownPortal | null, now: number): Promise<FrameVerdict>;
  /** the grant of an ONAPPINSTALL or ONAPPUPDATE, or null when it is not believed */
  verifyInstall(event: InstallEvent, now: number): Promise<Grant | null>;
  /** the access that a proven event lends a portal whose own was lost, or null; see webhook.ts */
  lent(incoming: Incoming, now: number): Promise<Grant | null>;
  verifyRobot(incoming: Incoming, applicationTokenOf: (account: string) => string | null): VerifiedRobot;
  /** what somebody wrote to the bot; see bot.ts */
  verifyBotMessage(incoming: Incoming, applicationTokenOf: (account: string) => string | null): VerifiedBotMessage;
  /** whose token a grant holds, and whether that is an administrator */
  who(grant: Pick<Grant, "endpoint" | "accessToken">): Promise<Who>;
  /** whether the person behind a frame may see a record, asked with that person's token */
  maySee(grant: Pick<Grant, "endpoint" | "accessToken">, ref: RecordRef): Promise<boolean>;
}

const MARKET = "https://www.bitrix24.com/apps/";

export function bitrix24App(config: Bitrix24Config): Bitrix24App {
  const hosts = hostRules(config.oauthUrl, config.allowHttp ?? false);
  const oauth: OauthConfig = {
    clientId: config.clientId,
    clientSecret: config.clientSecret,
    fetch: config.fetch,
    hosts,
  };

  function authoriseUrl(state: string, portalDomain?: string): string {
    if (portalDomain === undefined)
      return config.appCode ? `${MARKET}app/${encodeURIComponent(config.appCode)}/` : MARKET;
    const endpoint = endpointOfDomain(portalDomain, hosts);
    if (endpoint === null)
      throw new CrmFailure("refused", "This is not the address of a Bitrix24 portal.", { code: "BAD_DOMAIN" });
    const url = new URL(`${portalPages(endpoint)}/oauth/authorize/`);
    url.searchParams.set("client_id", config.clientId);
    url.searchParams.set("state", state);
    return url.href;
  }

  return {
    vendor: "bitrix24",
    authoriseUrl,
    isCloud(portalDomain) {
      const endpoint = endpointOfDomain(portalDomain, hosts);
      return endpoint !== null && isCloudPortal(endpoint, hosts);
    },
    exchange: (code, now, server) => exchangeCode(oauth, code, server ?? null, now),
    refresh: (grant, now) => refreshGrant(oauth, grant, now),
    async verify(incoming, _now, applicationTokenOf) {
      return verifyEvent(incoming, applicationTokenOf);
    },
    connect: (wiring) => new Bitrix24Crm({ fetch: config.fetch, hosts, clientSecret: config.clientSecret }, wiring),
    verifyFrame: (frame, known, now) => verifyFrame(oauth, frame, known, now),
    verifyInstall: (event, now) => verifyInstall(oauth, event, now),
    lent: (incoming, now) => lentGrant(oauth, incoming.body, now),
    verifyRobot,
    verifyBotMessage,
    who: (grant) => whoIs(oauth, grant),
    async maySee(grant, ref) {
      return isItemKind(ref.kind) && (await maySee(oauth, grant, ENTITY_TYPE[ref.kind], ref.id));
    },
  };
}
