/** One portal's whole life: install, receive, turn, look, act, leave. The same class lives in a file's keeper on Node and in a Durable Object. */

import { undoAdoptionOn } from "./acts/portal.ts";
import { tendRobots } from "./acts/robot.ts";
import { keepRunning } from "./acts/running-templates.ts";
import { openBook, type PortalBook } from "./core/client/portal-book.ts";
import { propertiesRead } from "./core/client/properties-read.ts";
import { allSignals } from "./core/client/score-settings.ts";
import { startsClient } from "./core/client/triggers.ts";
import { decide } from "./core/decide.ts";
import type { DecideConfig } from "./core/decision.ts";
import type { FindingCode } from "./core/finding.ts";
import type { Hint, RecordFacts } from "./core/model.ts";
import { type Settings, settingsSchema } from "./core/settings.ts";
import { makeTexts, settingsValues } from "./core/texts.ts";
import { isFailure } from "./crm/failure.ts";
import type { CallSeen, Crm, CrmApp, Grant, Tokens } from "./crm/port.ts";
import { makeTokens } from "./crm/tokens.ts";
import { usageUpkeep } from "./doors/usage.ts";
import { restingDrainAt } from "./engine/drain.ts";
import { type Bounds, DEFAULT_BOUNDS, type Engine } from "./engine/engine.ts";
import { beginLeave, leaveTurn } from "./engine/leave.ts";
import { type Looked, lookAgain } from "./engine/look-again.ts";
import { AFTER_NO_MS, needsPerson } from "./engine/parts.ts";
import { mendRefused } from "./engine/portal-tasks.ts";
import { isImported, restingCursors } from "./engine/reconcile.ts";
import { recover } from "./engine/settle.ts";
import { newTurnMemory, type Turn, type TurnMemory, tick } from "./engine/tick.ts";
import { LookAround } from "./portal-about.ts";
import { dropBot, tendBot } from "./portal-bot.ts";
import { decideConfig, PublishedSettings } from "./portal-config.ts";
import type { About, Mode, Portal as OpenPortal } from "./portal-open.ts";
import { forgetAnswers, makeOutside, withPossible } from "./portal-outside.ts";
import { keepRested, Rest, type Rested } from "./portal-rest.ts";
import { keepGrant, sealSecrets } from "./portal-secrets.ts";
import { type PortalId, portalId, type Surroundings } from "./ports.ts";
import type { Store } from "./store/store.ts";

/** Calls are kept at least three days (Bitrix24 Market rule); four leave a day to look at them. */
const CALLS_KEPT_MS = 4 * 86_400_000;
/** A portal that lets us in no more may come back within this time, days; then everything that is kept of it goes (manifest/listing/uninstall.md). */
export const KEPT_AFTER_LEAVING_DAYS = 90;
/** Calls wait in memory at most this long, ms, and at most this many, for the turns that share a commit. */
const MOMENT_MS = 1_000;
const CALLS_AT_ONCE = 20;

/** A rest shorter than this is not worth closing the database for, ms. */
const REST_AT_LEAST_MS = 120_000;

/** The CRM wants to be paid for applications before it lets them in. */
const UNPAID = "PAYMENT_REQUIRED";
/** A turn that could not begin is tried again after this long, ms. */
const AFTER_FAILURE_MS = 30_000;
/** Looking around takes a handful of calls in a row: the budget is given this long to fill again, ms. */
const REFILL_MS = 1_500;

export class Portal implements OpenPortal {
  readonly store: Store;
  readonly #app: CrmApp;
  readonly #around: Surroundings;
  /** where people and systems outside reach the connector */
  readonly publicUrl: string;
  readonly #memory: TurnMemory = newTurnMemory();
  readonly #calls: CallSeen[] = [];
  /** one for all connections, so that refreshes are shared: CRMs may end a refresh token with its first use */
  readonly #tokens: Tokens;
  #grant: Grant | null = null;
  /** the grant is newer than the one on disk */
  #isUnkept = false;
  #crm: Crm | null = null;
  #engine: Engine | null = null;
  #turn: Promise<Turn> | null = null;
  /** how often it was installed while this process was there */
  #installs = 0;
  /** until then only looks for changes are due, as the last turn saw it, epoch ms */
  #quietUntil = 0;
  #book: PortalBook | null = null;
  #bookConfig: DecideConfig | null = null;
  readonly #published = new PublishedSettings();
  readonly #lookAround: LookAround;

  constructor(store: Store, app: CrmApp, around: Surroundings, publicUrl: string) {
    this.store = store;
    this.#app = app;
    this.#around = around;
    this.publicUrl = publicUrl;
    this.#lookAround = new LookAround(this, () => around.now());
    this.#tokens = makeTokens({
      load: () => this.#loadGrant(),
      save: (grant) => this.keepFresh(grant),
      refresh: (grant) => app.refresh(grant, around.now()),
      now: () => around.now(),
    });
    // A call that was under way when the process ended may have arrived.
    recover(store, around.now());
  }

  // ------------------------------------------------------------ install and leave

  /** A first install, or fresh tokens for an old one. What was there before is kept and adopted by key. */
  installed(grant: Grant): void {
    const now = this.#around.now();
    const { meta } = this.store;
    this.store.transaction(() => {
      // Consent brings no application token: the one by which this portal's events prove themselves stays.
      this.#keep({ ...grant, applicationToken: grant.applicationToken ?? this.applicationToken() });
      // Bitrix24 dates to the second: a deal won in the second of the install is not from before it.
      if (meta.get("installedAt") === null) meta.set("installedAt", now - (now % 1_000));
      if (meta.get("revokedAt") !== null || meta.get("movedAt") !== null) meta.set("restored", true);
      // An installation begins without a bot of ours.
      for (const name of ["revokedAt", "leftAt", "leaving", "movedAt", "about", "bot", "botAgainAt"]) meta.remove(name);
      if (meta.get("mode") === null) meta.set("mode", "live" satisfies Mode);
      if (grant.refreshToken === "") this.store.findings.raise("lent", "access-lent", {}, now);
      else this.store.findings.close("lent", now);
    });
    this.#installs += 1;
    this.#crm = null;
    this.#engine = null;
    this.#lookAround.forget();
    this.#memory.parts.clear();
  }

  /** False also for a copy that was left behind by a move (`movedAt`): it turns no more and writes nothing. */
  isInstalled(): boolean {
    const { meta } = this.store;
    return meta.get("grant") !== null && meta.get("revokedAt") === null && meta.get("movedAt") === null;
  }

  /** This copy was left behind by a move, or is still arriving. */
  hasMoved(): boolean {
    return this.store.meta.get("movedAt") !== null;
  }

  /**
   * The CRM says that we are gone there: nothing is called any more. Whoever had asked us to leave has what they wanted.
   * @param clean nothing is to be kept
   */
  uninstalled(clean = false): void {
    const { meta } = this.store;
    this.store.transaction(() => {
      if (meta.get("revokedAt") === null) meta.set("revokedAt", this.#around.now());
      if (clean || meta.get("leaving") !== null) meta.set("leftAt", this.#around.now());
      meta.remove("leaving");
    });
  }

  /**
   * Did the CRM say long ago that we are not installed there, and was nothing heard of the portal since? Whoever holds the database
   * deletes it. A portal that is paused, unpaid, away or refuses is still installed; a copy that a move left behind is another's.
   */
  isOver(): boolean {
    const { meta } = this.store;
    const revokedAt = meta.get<number>("revokedAt");
    if (revokedAt === null || this.hasMoved()) return false;
    // An event that proved itself meanwhile: somebody is there, and our access may be found again.
    const heardAt = Math.max(revokedAt, meta.get<number>("recoverTriedAt") ?? 0);
    return this.#around.now() >= heardAt + KEPT_AFTER_LEAVING_DAYS * 86_400_000;
  }

  /**
   * The application token of an install whose access died without anybody having uninstalled it, so that an event may prove itself and
   * lend its own; null where nothing was lost.
   */
  lostToken(): string | null {
    const { meta } = this.store;
    const isLost = meta.get("grant") !== null && meta.get("revokedAt") !== null;
    const isOver = meta.get("movedAt") !== null || meta.get("leftAt") !== null;
    return isLost && !isOver ? this.#loadGrant().applicationToken : null;
  }

  applicationToken(): string | null {
    return this.isInstalled() ? this.#loadGrant().applicationToken : null;
  }

  #keep(grant: Grant): void {
    keepGrant(this.store, this.#around.vault, grant);
    this.#grant = grant;
  }

  /** A refresh may end the token before it: what came is used at once, and kept as soon as the disk takes it. */
  keepFresh(grant: Grant): void {
    this.#grant = grant;
    this.#isUnkept = true;
    this.#keepUnkept();
  }

  #keepUnkept(): void {
    if (!this.#isUnkept || !this.#grant) return;
    try {
      this.#keep(this.#grant);
      this.#isUnkept = false;
    } catch (error) {
      this.#around.log("error", "grant-not-kept", { error: String(error) });
    }
  }

  #loadGrant(): Grant {
    if (this.#grant) return this.#grant;
    const sealed = this.store.meta.get<string>("grant");
    if (sealed === null) throw new Error("This portal is not installed.");
    this.#grant = JSON.parse(this.#around.vault.open(sealed)) as Grant;
    return this.#grant;
  }

  /** @throws Error before the first install */
  id(): PortalId {
    return portalId(this.#app.vendor, this.#loadGrant().account);
  }

  // ------------------------------------------------------------ the connection

  crm(): Crm {
    if (this.#crm) return this.#crm;
    const settings = this.settings();
    const about = this.about();
    this.#crm = this.#app.connect({
      account: this.#loadGrant().account,
      tokens: this.#tokens,
      now: () => this.#around.now(),
      chance: () => this.#around.chance(),
      onCall: (call) => this.#calls.push(call),
      onEndpoint: (endpoint) => this.#keep({ ...this.#loadGrant(), endpoint }),
      ...(about && { keepsEvents: about.account.keepsEvents === true }),
      mapped: propertiesRead(settings),
      readsLetters: settings.texts.consent,
    });
    return this.#crm;
  }

  settings(): Settings {
    return this.#published.of(this.store);
  }

  /** Publishes a configuration; versions of templates on which plans run stay as they are. @throws z.ZodError naming every problem with its path */
  publish(settings: unknown, author: string): number {
    const checked = sealSecrets(keepRunning(this, settingsSchema.parse(settings)), this.#around.vault);
    if (checked.language !== this.settings().language) this.lookAgain("schema"); // our fields are named again
    return this.store.publishConfig(checked, author, this.#around.now());
  }

  about(): About | null {
    return this.store.meta.get<About>("about");
  }

  /** Something about the portal itself is said to have changed: a turn within the next minutes looks at it again. */
  lookAgain(what: Looked): void {
    lookAgain(this.store, what);
  }

  // ------------------------------------------------------------ turns

  mode(): Mode {
    return this.store.meta.get<Mode>("mode") ?? "observe";
  }

  /** Stores hints in this database (Workers; on Node the shared journal does it). */
  receive(hints: readonly Hint[]): void {
    this.store.addDelivery(hints, this.#around.now());
  }

  /** One bounded turn. One runs at a time, also across awaits: a second caller gets the turn that is under way. */
  tick(bounds?: Bounds): Promise<Turn> {
    this.#turn ??= this.#tick(bounds).finally(() => {
      this.#turn = null;
    });
    return this.#turn;
  }

  async #tick(bounds?: Bounds): Promise<Turn> {
    this.#quietUntil = 0;
    const idle: Turn = {
      wakeAt: null,
      quietUntil: 0,
      revoked: true,
      did: { folded: 0, read: 0, decided: 0, wrote: 0, looked: 0, reconciled: 0 },
    };
    if (!this.isInstalled()) return idle;
    const installs = this.#installs;
    this.#keepUnkept();
    const early = (await this.#ready()) ?? (await this.#leaveOn(bounds));
    if (early?.revoked) this.#ended(installs);
    if (early) return { ...idle, ...early };
    if (undoAdoptionOn(this, this.#around.now())) return { ...idle, revoked: false, wakeAt: this.#around.now() };
    const turn = await tick(this.engine(), this.#memory, bounds);
    forgetAnswers(this);
    const soonAt = turn.revoked ? null : await this.#beside();
    this.#noteImport();
    // A turn that goes on in a moment keeps them for its end: one commit instead of one per call.
    const isGoingOn = turn.wakeAt !== null && turn.wakeAt < this.#around.now() + MOMENT_MS;
    if (!isGoingOn || this.#calls.length >= CALLS_AT_ONCE) this.keepCalls();
    if (turn.revoked) this.#ended(installs);
    this.#quietUntil = Math.min(turn.quietUntil, soonAt ?? turn.quietUntil);
    return soonAt === null ? turn : { ...turn, wakeAt: Math.min(soonAt, turn.wakeAt ?? soonAt) };
  }

  /** What goes on beside the engine: rules of the CRM's automation, the bot in chats. When to come back; null: nothing waits. */
  async #beside(): Promise<number | null> {
    const robotsAt = await tendRobots(this, this.#around);
    const botAt = await tendBot(this, this.#around);
    return robotsAt === null || botAt === null ? (robotsAt ?? botAt) : Math.min(robotsAt, botAt);
  }

  /** The CRM let a turn in no more; whoever installed anew meanwhile has let us in again. @param installs as the turn began with */
  #ended(installs: number): void {
    if (installs === this.#installs) this.uninstalled();
  }

  // ------------------------------------------------------------ rest, see src/portal-rest.ts

  /** Somebody works with the portal past its turns: how long it is quiet is known again after the next one. */
  stirred(): void {
    this.#quietUntil = 0;
  }

  /**
   * What looks on for changes when this database is closed; null where its turns have to go on, or nobody would gain by it.
   * @param mark stands in the database from now on: the copy that carries it is the one that was closed
   */
  rest(mark: number, onGrant: (grant: Grant) => void): Rest | null {
    const now = this.#around.now();
    const about = this.about();
    const { parts } = this.#memory;
    const isFree = this.isInstalled() && this.store.meta.get("leaving") === null;
    const untilMs = Math.min(this.#quietUntil, parts.restUntil(now) ?? 0);
    if (!isFree || about === null || this.#isUnkept || untilMs < now + REST_AT_LEAST_MS) return null;
    const cursors = this.store.meta.get("lookDue") === null ? restingCursors(this.engine(), parts) : null;
    if (cursors === null) return null;
    this.store.transaction(() => {
      this.store.meta.set("restMark", mark);
      this.store.journal.called(this.#calls.splice(0));
    });
    const grant = this.#loadGrant();
    return new Rest({
      app: this.#app,
      around: this.#around,
      about,
      cursors,
      drainAt: restingDrainAt(this.engine(), parts),
      grant,
      untilMs,
      onGrant,
    });
  }

  /** The database is open again: what was seen while it was closed is noted. */
  awoke(rested: Rested): void {
    this.store.transaction(() => {
      keepRested(this.store, rested, this.#around.now());
      if (rested.grant.accessToken !== this.#loadGrant().accessToken) this.#keep(rested.grant);
    });
  }

  /** The same after a crash in which that was forgotten: was this copy the one that rested, it was looked after until `wakeAt`. */
  awokeAfterAll(mark: number, wakeAt: number): void {
    if (this.store.meta.get<number>("restMark") === mark) this.store.meta.set("nextWake", wakeAt);
  }

  /** A person asked us to leave: everything of ours goes first, then the install. Null: nobody asked. */
  async #leaveOn(bounds: Bounds = DEFAULT_BOUNDS): Promise<Pick<Turn, "wakeAt" | "revoked"> | null> {
    if (this.store.meta.get("leaving") === null) return null;
    const botAt = await dropBot(this, this.#around.now());
    if (botAt !== null) return { wakeAt: botAt, revoked: false };
    const wakeAt = await leaveTurn(this.engine(), this.#memory, bounds).catch((error: unknown) => {
      // It ended by itself before we were through: nothing of ours can be reached any more.
      if (isFailure(error, "revoked")) return null;
      throw error;
    });
    this.keepCalls();
    return { wakeAt, revoked: wakeAt === null };
  }

  /** Begins to leave; the turns that follow take out what is ours and uninstall. */
  leave(actor: string): void {
    beginLeave(this.engine(), actor);
    // The turn that is under way decides no more: it would wish everything back.
    this.#engine = null;
  }

  /**
   * We left at a person's request and nothing of ours is there any more: whoever holds the database deletes it. One without an install is
   * what a crash in the middle of that leaves behind.
   */
  hasLeft(): boolean {
    const { meta } = this.store;
    return meta.get("leftAt") !== null || (meta.get("grant") === null && !this.hasMoved());
  }

  /** The first import ends once: from then on a trigger that a client fires is news. */
  #noteImport(): void {
    if (this.store.meta.get("importedAt") !== null || !isImported(this.engine()) || this.store.records.staleCount() > 0)
      return;
    const due = this.store.clients.nextDueAt();
    if (due !== null && due <= this.#around.now()) return;
    this.store.meta.set("importedAt", this.#around.now());
    this.#engine = null;
  }

  /** What every turn needs; when the CRM does not tell it now, the turn ends before it began. */
  async #ready(): Promise<Pick<Turn, "wakeAt" | "revoked"> | null> {
    try {
      if (await this.#lookAround.look()) {
        this.#engine = null;
        // Somebody may have left who was to be told something.
        mendRefused(this.engine());
      }
      return null;
    } catch (error) {
      this.keepCalls();
      if (isFailure(error, "revoked")) return { wakeAt: null, revoked: true };
      const now = this.#around.now();
      if (isFailure(error, "limited")) return { wakeAt: Math.max(error.retryAt ?? 0, now + REFILL_MS), revoked: false };
      const pauseMs = isFailure(error) && needsPerson(error) ? AFTER_NO_MS : AFTER_FAILURE_MS;
      const retryAt = isFailure(error) && error.retryAt !== undefined ? error.retryAt : now + pauseMs;
      if (!isFailure(error)) this.#around.log("error", "look-around-failed", { error: String(error) });
      else {
        this.#around.log("warn", "crm-failure", {
          failure: error.failure,
          code: error.code,
          status: error.status,
          advice: error.message,
        });
        if (error.failure === "unauthorised")
          this.store.findings.raise(
            "unauthorised",
            error.code === UNPAID ? "unpaid" : "unauthorised",
            { code: error.code, about: error.about.join(", ") },
            now,
          );
      }
      return { wakeAt: Math.max(retryAt, now + 50), revoked: false };
    }
  }

  /** Notes the calls of the last turns; also to be done before the database is closed. */
  keepCalls(): void {
    if (this.#calls.length === 0) return;
    this.store.transaction(() => this.store.journal.called(this.#calls.splice(0)));
  }

  engine(): Engine {
    if (this.#engine) return this.#engine;
    const about = this.about();
    if (!about) throw new Error("The portal was not looked at yet.");
    const settings = this.settings();
    const whole = decideConfig(this.store, about, settings, this.crm().capabilities().notices === true);
    const { config, missing } = withPossible(whole, this.#around, this.crm().capabilities());
    this.#noteMissing(missing);
    const engine: Engine = {
      store: this.store,
      crm: this.crm(),
      texts: makeTexts(config.templates, settingsValues(settings.messages)),
      decide,
      config: () => config,
      book: () => this.#newestBook(config),
      startsClient: (record: RecordFacts) => startsClient(record, settings),
      now: () => this.#around.now(),
      hearsSince: this.#around.hearsSince ?? null,
      chance: () => this.#around.chance(),
      hash: (text) => this.#around.vault.hash(text),
      log: (event, details) => this.#around.log("warn", event, details),
      outside: makeOutside(this, this.#around, settings, this.publicUrl),
      breathe: async () => this.#around.breathe?.(),
      worked: () => this.#around.worked?.() ?? 0,
      isCurrent: () => this.#engine === engine,
    };
    this.#engine = engine;
    return engine;
  }

  /** Letters that the settings want sent and that cannot be: they stay tasks, and an admin hears why. */
  #noteMissing(missing: { finding: FindingCode; why: string } | null): void {
    const { findings } = this.store;
    if (missing === null) findings.close("letters", this.#around.now());
    else findings.raise("letters", missing.finding, { why: missing.why }, this.#around.now());
  }

  /** Opened once per version: its views are shared by all decisions. */
  #newestBook(config: DecideConfig): PortalBook | null {
    const version = this.store.bookVersion();
    if (this.#book?.version !== version || this.#bookConfig !== config) {
      this.#book = openBook(this.store.newestBook(), allSignals(config.settings.score));
      this.#bookConfig = config;
    }
    return this.#book;
  }

  /** A change of settings, mode or adoption: the next turn works with the new ones, and everybody is decided again. */
  changed(): void {
    this.#engine = null;
    this.#crm = null;
    this.#memory.parts.clear();
    this.store.clients.allDue(this.#around.now());
  }

  /** Nightly: what has been kept long enough goes. */
  upkeep(): void {
    this.store.journal.prune(this.#around.now() - CALLS_KEPT_MS);
    usageUpkeep(this, this.#around.now());
  }
}
