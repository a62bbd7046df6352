import { encodeForm } from "./brackets.ts";
import type { SandboxPortal } from "./portal.ts";
import { ACCESS_LIFE_S } from "./tokens.ts";

export interface Placement {
  placement: string;
  handler: string;
  title: string;
  description: string;
  groupName: string;
  langAll: Record<string, unknown>;
  options: unknown;
  userId: number;
}

export interface Robot {
  code: string;
  handler: string;
  authUserId: number;
  /** empty = waits for bizproc.event.send */
  useSubscription: "" | "Y" | "N";
  definition: Record<string, unknown>;
}

/** A running robot that waits for, or has got, its answer. */
export interface RobotRun {
  eventToken: string;
  code: string;
  dealId: number;
  startedAt: number;
  waiting: boolean;
  returned: Record<string, unknown> | null;
  log: string[];
}

export interface FrameAnswer {
  response: Response;
  /** value of the frame's window.name: `domain|protocol|appSid` */
  windowName: string;
}

/** Our app in one portal: installed or not, its placements, robots, options and tokens. Facts sheet sections 1, 13, 14. */
export class Installation {
  present = false;
  finished = false;
  version = "1.0.0";
  /** L local, F free, S subscription, D demo, T trial, P paid */
  status: "L" | "F" | "S" | "D" | "T" | "P" = "F";
  paymentExpired = false;
  days: number | null = null;
  applicationToken = "";
  installerId = 1;
  readonly placements: Placement[] = [];
  readonly robots = new Map<string, Robot>();
  readonly runs: RobotRun[] = [];
  readonly triggers = new Map<string, string>();
  readonly triggered: { code: string; ownerTypeId: number; ownerId: number; at: number }[] = [];
  readonly options: Record<string, unknown> = {};
  readonly userOptions = new Map<number, Record<string, unknown>>();
  readonly userFieldTypes = new Map<string, Record<string, unknown>>();
  readonly badges = new Map<string, Record<string, unknown>>();
  #portal: SandboxPortal;

  constructor(portal: SandboxPortal) {
    this.#portal = portal;
  }

  /** Installed and finished: events flow, placements show. */
  get running(): boolean {
    return this.present && this.finished;
  }

  /** `auth[...]` of an event: without tokens when nobody in particular caused it. */
  eventAuth(userId: number | null, withRefresh = false): Record<string, unknown> {
    const { sandbox } = this.#portal;
    const auth: Record<string, unknown> = {
      domain: this.#portal.domain,
      scope: this.#portal.scopes.join(sandbox.switches.eventScopeSeparator),
      status: this.status,
      server_endpoint: this.#portal.serverEndpoint,
      client_endpoint: this.#portal.clientEndpoint,
      member_id: this.#portal.memberId,
      application_token: this.applicationToken,
    };
    if (userId !== null && this.#portal.org.users.get(userId)?.active) {
      if (withRefresh) {
        const pair = sandbox.tokens.issuePair(this.#portal, userId);
        auth.access_token = pair.access.token;
        auth.refresh_token = pair.refresh.token;
        auth.expires_in = ACCESS_LIFE_S;
      } else {
        const access = sandbox.tokens.forEvent(this.#portal, userId);
        auth.access_token = access.token;
        auth.expires_in = Math.max(0, Math.floor((access.expiresAt - sandbox.now()) / 1000));
      }
      auth.expires = Math.floor(sandbox.now() / 1000) + Number(auth.expires_in);
      if (sandbox.switches.userIdInEvents) auth.user_id = userId;
    }
    return auth;
  }

  /** The POST that the portal's page makes into a frame (section 13.2). */
  frameRequest(
    userId: number,
    placement: string,
    options: Record<string, unknown> | null,
  ): { request: Request; appSid: string } {
    const appSid = this.#portal.sandbox.word(32);
    const { url, fields } = this.frameForm(
      userId,
      placement,
      options,
      appSid,
      this.#portal.frameHost,
      this.#portal.frameProtocol,
    );
    const request = new Request(url, {
      method: "POST",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        origin: this.#portal.origin,
        referer: `${this.#portal.origin}/`,
        "sec-fetch-site": "cross-site",
        "sec-fetch-dest": "iframe",
      },
      body: encodeForm(fields),
    });
    return { request, appSid };
  }

  frameForm(
    userId: number,
    placement: string,
    options: Record<string, unknown> | null,
    appSid: string,
    host: string,
    protocol: 0 | 1,
  ): { url: string; fields: Record<string, string> } {
    const { sandbox } = this.#portal;
    const bound = this.placements.find((each) => each.placement === placement);
    const target = this.finished ? (bound?.handler ?? sandbox.options.appUrl) : sandbox.options.installUrl;
    const url = new URL(target);
    url.searchParams.set("DOMAIN", host);
    url.searchParams.set("PROTOCOL", String(protocol));
    url.searchParams.set("LANG", this.#portal.language);
    url.searchParams.set("APP_SID", appSid);
    const pair = sandbox.tokens.issuePair(this.#portal, userId);
    const fields: Record<string, string> = {
      AUTH_ID: pair.access.token,
      AUTH_EXPIRES: String(ACCESS_LIFE_S),
      REFRESH_ID: pair.refresh.token,
      SERVER_ENDPOINT: this.#portal.serverEndpoint,
      APPLICATION_TOKEN: this.applicationToken,
      APPLICATION_SCOPE: this.#portal.scopes.join(","),
      member_id: this.#portal.memberId,
      status: this.status,
      PLACEMENT: placement,
    };
    if (options) fields.PLACEMENT_OPTIONS = JSON.stringify(options);
    return { url: url.href, fields };
  }

  /** Section 1.1 shape A: an administrator clicks Install, the installer opens in a frame. Nothing runs until finish(). */
  async install(userId: number): Promise<Response> {
    this.begin(userId);
    const { request } = this.frameRequest(userId, "DEFAULT", null);
    return this.#portal.sandbox.options.deliver(request);
  }

  /** What BX24.installFinish() does in the browser. */
  finish(): void {
    if (!this.present || this.finished) return;
    this.finished = true;
    const { sandbox } = this.#portal;
    const data = { VERSION: this.version, ACTIVE: "Y", INSTALLED: "Y", LANGUAGE_ID: this.#portal.language };
    const bound = this.#portal.events.bindings.filter((each) => each.event === "ONAPPINSTALL");
    const targets = bound.map((each) => each.handler);
    if (targets.length === 0 && sandbox.switches.onAppInstallWithoutBind) targets.push(sandbox.options.installUrl);
    for (const url of targets) this.#lifecycle("ONAPPINSTALL", url, data, () => this.eventAuth(this.installerId, true));
  }

  /** Section 1.1 shape B: no page; ONAPPINSTALL goes to the installation handler. */
  installHeadless(userId: number): void {
    this.begin(userId);
    this.finished = true;
    const data = { VERSION: this.version, ACTIVE: "Y", INSTALLED: "Y", LANGUAGE_ID: this.#portal.language };
    this.#lifecycle("ONAPPINSTALL", this.#portal.sandbox.options.installUrl, data, () =>
      this.eventAuth(this.installerId, true),
    );
  }

  /** A person opens the app or one of its placements. Before the end of installation only administrators get through. */
  async openFrame(userId: number, placement: string, options: Record<string, unknown> | null): Promise<FrameAnswer> {
    const user = this.#portal.org.users.get(userId);
    const name = `${this.#portal.frameHost}|${this.#portal.frameProtocol}|`;
    if (!this.present || !user?.active || (!this.finished && !user.admin)) {
      const text = "The application is not fully installed. Please contact the administrator.";
      return { response: new Response(text, { status: 403 }), windowName: name };
    }
    const { request, appSid } = this.frameRequest(userId, placement, options);
    return { response: await this.#portal.sandbox.options.deliver(request), windowName: name + appSid };
  }

  /** A new version of the app reaches the portal. */
  update(version: string): void {
    const { sandbox } = this.#portal;
    const data = { VERSION: version, PREVIOUS_VERSION: this.version, LANGUAGE_ID: this.#portal.language };
    const handlers = this.#portal.events.bindings
      .filter((each) => each.event === "ONAPPUPDATE")
      .map((each) => each.handler);
    this.version = version;
    if (sandbox.switches.applicationTokenChangesOnUpdate) this.applicationToken = sandbox.word(32);
    if (sandbox.switches.bindingsVanishOnUpdate) {
      this.#portal.events.unbind(() => true);
      this.placements.splice(0);
    }
    if (sandbox.switches.updateReopensInstaller) this.finished = false;
    for (const url of handlers) this.#lifecycle("ONAPPUPDATE", url, data, () => this.eventAuth(this.installerId, true));
  }

  /** Tokens die, everything bound goes; custom fields and tasks stay. */
  uninstall(clean: boolean): void {
    const handlers = this.#portal.events.bindings
      .filter((each) => each.event === "ONAPPUNINSTALL")
      .map((each) => each.handler);
    const auth = {
      domain: this.#portal.domain,
      server_endpoint: this.#portal.serverEndpoint,
      client_endpoint: this.#portal.clientEndpoint,
      member_id: this.#portal.memberId,
      application_token: this.applicationToken,
    };
    const data = { LANGUAGE_ID: this.#portal.language, CLEAN: clean ? 1 : 0 };
    this.present = false;
    this.finished = false;
    this.#portal.sandbox.tokens.revoke(this.#portal);
    this.#portal.events.unbind(() => true);
    this.#portal.events.forgetOffline(this.#portal.events.offline);
    if (!this.#portal.sandbox.switches.fieldsStayOnUninstall) {
      for (const field of this.#portal.userFields.filter((each) => each.viaApp)) this.#portal.removeUserField(field);
    }
    this.placements.splice(0);
    this.robots.clear();
    this.triggers.clear();
    this.userFieldTypes.clear();
    this.badges.clear();
    if (clean) {
      for (const key of Object.keys(this.options)) delete this.options[key];
      this.userOptions.clear();
    }
    for (const url of handlers) this.#lifecycle("ONAPPUNINSTALL", url, data, () => auth);
  }

  /** The subscription of the app changes; section 1.2: this event carries no application token. */
  payment(status: Installation["status"], expired: boolean, days: number): void {
    this.status = status;
    this.paymentExpired = expired;
    this.days = days;
    const { sandbox } = this.#portal;
    const data = {
      CODE: sandbox.options.appCode,
      VERSION: 1,
      STATUS: status,
      PAYMENT_EXPIRED: expired ? "Y" : "N",
      DAYS: days,
      LANGUAGE_ID: this.#portal.language,
    };
    for (const each of this.#portal.events.bindings) {
      if (each.event !== "ONAPPPAYMENT") continue;
      this.#lifecycle("ONAPPPAYMENT", each.handler, data, () => ({
        domain: this.#portal.domain,
        server_endpoint: this.#portal.serverEndpoint,
        client_endpoint: this.#portal.clientEndpoint,
        member_id: this.#portal.memberId,
      }));
    }
  }

  /** An administrator decided on a method that waited for confirmation. */
  methodConfirmed(method: string, confirmed: boolean): void {
    for (const each of this.#portal.events.bindings) {
      if (each.event !== "ONAPPMETHODCONFIRM") continue;
      const data = { METHOD: method, CONFIRMED: confirmed ? 1 : 0 };
      this.#lifecycle("ONAPPMETHODCONFIRM", each.handler, data, () => this.eventAuth(this.installerId));
    }
  }

  /** A rule of ours runs on a deal. @returns the event token of the run */
  fireRobot(code: string, dealId: number, properties: Record<string, unknown>): string {
    const robot = this.robots.get(code);
    if (!robot) throw new Error(`no robot ${code} in ${this.#portal.domain}`);
    const { sandbox } = this.#portal;
    const eventToken = `${sandbox.word(32)}|A${sandbox.word(8)}`;
    const waits = robot.useSubscription !== "N";
    this.runs.push({ eventToken, code, dealId, startedAt: sandbox.now(), waiting: waits, returned: null, log: [] });
    const [least, most] = sandbox.switches.eventDelayMs;
    sandbox.queue.push(
      {
        portal: this.#portal.memberId,
        event: `robot:${code}`,
        url: robot.handler,
        body: (nowMs) =>
          !this.running
            ? null
            : encodeForm({
                workflow_id: eventToken.slice(0, 23),
                code,
                document_id: ["crm", "CCrmDocumentDeal", `DEAL_${dealId}`],
                document_type: ["crm", "CCrmDocumentDeal", "DEAL"],
                event_token: eventToken,
                properties,
                use_subscription: waits ? "Y" : "N",
                timeout_duration: waits ? 60 : 0,
                ts: Math.floor(nowMs / 1000),
                auth: this.eventAuth(robot.authUserId || this.installerId),
              }),
      },
      least + Math.floor(sandbox.random() * (most - least)),
    );
    return eventToken;
  }

  /** The click on Install, before any page of the app is opened. */
  begin(userId: number): void {
    const user = this.#portal.org.users.get(userId);
    if (!user?.admin || !user.active) throw new Error("only an active administrator installs an app");
    const { sandbox } = this.#portal;
    this.present = true;
    this.finished = false;
    this.version = sandbox.options.version ?? "1.0.0";
    this.installerId = userId;
    this.applicationToken = sandbox.options.applicationToken ?? sandbox.word(32);
  }

  #lifecycle(event: string, url: string, data: Record<string, unknown>, auth: () => Record<string, unknown>): void {
    const { sandbox } = this.#portal;
    const [least, most] = sandbox.switches.eventDelayMs;
    sandbox.queue.push(
      {
        portal: this.#portal.memberId,
        event,
        url,
        body: (nowMs) => encodeForm({ event, data, ts: Math.floor(nowMs / 1000), auth: auth() }),
      },
      least + Math.floor(sandbox.random() * (most - least)),
    );
  }
}
